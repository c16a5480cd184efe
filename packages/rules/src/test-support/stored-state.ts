import { ByteWriter } from '../byte-writer';
import type { StatePages } from '../state-pages';
import { SubjectState } from '../subject-state';

/** What of a state is to be stored now, as bytes of its own. */
export function changeOf(state: SubjectState): { readonly op: 'append' | 'set'; readonly bytes: Buffer } | null {
  const writer = new ByteWriter();
  const op = state.takeChange(writer);
  return op && { op, bytes: Buffer.from(writer.memory.subarray(0, writer.end)) };
}

/** A state from what is stored of it. @throws {RangeError} when the bytes are not a subject's log. */
export function restored(bytes: Buffer | null, pages: StatePages | null = null): SubjectState {
  const state = new SubjectState(pages);
  if (bytes) state.read(bytes);
  return state;
}
