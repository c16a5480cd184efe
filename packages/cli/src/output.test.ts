import { PassThrough } from 'node:stream';
import { CliError } from './cli-error';
import { EXIT } from './exit-codes';
import { Output, table } from './output';

test('columns are aligned, empty cells are dashes, headings are words', () => {
  expect(table([{ id: 'acme', requestsPerMinute: 1000 }, { id: 'a', requestsPerMinute: null }], ['id', 'requestsPerMinute'])).toBe('ID    REQUESTS PER MINUTE\nacme  1000\na     -');
});

test("control characters don't reach the terminal", () => {
  expect(table([{ name: 'a\u001b[2Jb\nc' }], ['name'])).toBe('NAME\na [2Jb c');
});

describe('what comes from outside', () => {
  const hostile = 'Jane\u001b]0;owned\u0007\u009b2J\rDoe';

  function told(json: boolean, act: (output: Output) => void): { out: string; err: string } {
    const [stdout, stderr] = [new PassThrough(), new PassThrough()];
    act(new Output({ stdout, stderr }, json));
    return { out: String(stdout.read() ?? ''), err: String(stderr.read() ?? '') };
  }
  const acts: ((output: Output) => void)[] = [
    (output) => output.result({ name: hostile }, `It is ${hostile}\nand more.`),
    (output) => output.item({ name: hostile }, hostile),
    (output) => output.list([{ name: hostile }], ['name'], ''),
    (output) => output.page([{ name: hostile }], hostile, ['name'], ''),
    (output) => output.note(hostile),
    (output) => output.warning(hostile),
    (output) => output.error(new CliError('invalid', hostile, EXIT.refused, hostile, [{ path: hostile, message: hostile }])),
  ];

  test('never steers the terminal', () => {
    for (const act of acts) for (const json of [true, false]) expect(Object.values(told(json, act)).join('')).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
  });

  test('stays as it is in JSON, and keeps its lines for people', () => {
    expect(JSON.parse(told(true, acts[0] as never).out)).toEqual({ name: hostile });
    expect(told(false, acts[0] as never).out.split('\n')).toHaveLength(3);
  });
});

test('a page says how to get the next, as a shell takes it, and in JSON too', () => {
  const page = (json: boolean, next: string): string => {
    const [stdout, stderr] = [new PassThrough(), new PassThrough()];
    new Output({ stdout, stderr }, json).page([{ id: 1 }], next, ['id'], '');
    return String((json ? stdout : stderr).read());
  };
  expect(page(false, '123_abc')).toBe('More: --after 123_abc\n');
  expect(page(false, "black|name|o'neil")).toBe("More: --after 'black|name|o'\\''neil'\n");
  expect(JSON.parse(page(true, 'black|ip'))).toEqual({ items: [{ id: 1 }], next: 'black|ip' });
});

describe('what is wrong with values', () => {
  const error = (message: string, errors: CliError['errors'], fields: CliError['fields'] = null): string => {
    const [stdout, stderr] = [new PassThrough(), new PassThrough()];
    new Output({ stdout, stderr }, false).error(new CliError('invalid', message, EXIT.refused, null, errors, fields));
    return String(stderr.read());
  };
  const [name, plan] = [{ path: 'name', message: 'must not be empty' }, { path: 'plan', message: 'must be gold', help: 'Buy gold.' }];

  test('is told once where the message is nothing but that; of several values, as a list', () => {
    expect(error('name must not be empty', [name], { subject: '' })).toBe('error: name must not be empty\n');
    expect(error('plan must be gold', [plan], { subject: '' })).toBe('error: plan must be gold\nBuy gold.\n');
    expect(error('acme: name must not be empty; plan must be gold', [name, plan], { subject: 'acme' })).toBe('error: acme: 2 values are not valid:\n  name: must not be empty\n  plan: must be gold\n    Buy gold.\n');
  });

  test('is told beside a message that says something else, however alike they read', () => {
    expect(error('The gateway answered 400', [name])).toBe('error: The gateway answered 400\n  name: must not be empty\n');
    expect(error('Whoever is gone: name must not be empty', [name])).toBe('error: Whoever is gone: name must not be empty\n  name: must not be empty\n');
  });

  test('is data in JSON', () => {
    const [stdout, stderr] = [new PassThrough(), new PassThrough()];
    const fault = { path: 'settings.limit', message: 'must be …', code: 'out_of_range', allowed: { type: 'integer', min: 1, max: 9 }, help: 'Give another.' };
    new Output({ stdout, stderr }, true).error(new CliError('invalid', 'settings.limit must be …', EXIT.refused, null, [fault], { subject: '' }));
    expect(JSON.parse(String(stderr.read()))).toMatchObject({ error: { code: 'invalid', errors: [fault] } });
  });
});
