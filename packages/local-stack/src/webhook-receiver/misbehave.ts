import type { Request, Response } from 'express';
import type { Behaviour } from './behaviour';

const ENDLESS_CHUNK = Buffer.alloc(16_384, 'x');

/** Answers as told instead of taking the message; false where the message is to be taken after all (slow). */
export async function misbehave(behaviour: Behaviour, request: Request, response: Response): Promise<boolean> {
  switch (behaviour.mode) {
    case 'status':
      if (behaviour.retryAfter !== undefined) response.setHeader('retry-after', behaviour.retryAfter);
      response.status(behaviour.status ?? 500).json({ error: 'as told' });
      return true;
    case 'redirect':
      response.redirect(302, behaviour.location ?? 'http://169.254.169.254/latest/meta-data/');
      return true;
    case 'endless':
      response.status(200);
      pour(response);
      return true;
    case 'reset':
      request.socket.resetAndDestroy();
      return true;
    case 'hang':
      return true;
    default:
      await new Promise((resolve) => setTimeout(resolve, behaviour.delayMs ?? 1_000));
      return false;
  }
}

/** As fast as the sender reads, until it hangs up. */
function pour(response: Response): void {
  while (!response.destroyed && response.write(ENDLESS_CHUNK));
  if (!response.destroyed) response.once('drain', () => pour(response));
}
