import { connect } from 'node:net';
import type { Layout } from '../layout/home';
import type { ProcessStep } from '../parts/part';

/** Before the first start, nobody may listen on a part's ports, nor on the supervisor's: a probe would take the stranger for the part. @throws {Error} naming all that are taken. */
export async function mustBeFree({ ports: { supervisor } }: Pick<Layout, 'ports'>, steps: readonly Pick<ProcessStep, 'name' | 'ports'>[]): Promise<void> {
  await mustNotListen([...steps, { name: 'supervisor', ports: [supervisor] }]);
}

/** @throws {Error} naming all ports of `parts` that are taken */
export async function mustNotListen(parts: readonly Pick<ProcessStep, 'name' | 'ports'>[]): Promise<void> {
  const wanted = parts.flatMap(({ name, ports }) => ports.map((port) => ({ name, port })));
  const taken = await Promise.all(wanted.map(async ({ name, port }) => ((await someoneListens(port)) ? `${port} (${name})` : null)));
  const named = taken.filter((port) => port !== null);
  if (named.length > 0) throw new Error(`something else listens on port ${named.join(', ')}; STAKEWATCH_PORT_BASE chooses other ports`);
}

function someoneListens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
