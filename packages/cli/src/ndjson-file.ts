import { closeSync, openSync, writeSync } from 'node:fs';

/** One JSON document a line, made with its first row; readable by its owner only, since rows hold personal data. */
export class NdjsonFile {
  private file: number | null = null;

  /** `append` when an earlier run of the same file is gone on with. */
  constructor(
    readonly path: string,
    private readonly append: boolean,
  ) {}

  get written(): boolean {
    return this.file !== null;
  }

  add(row: object): void {
    this.file ??= openSync(this.path, this.append ? 'a' : 'w', 0o600);
    writeSync(this.file, `${JSON.stringify(row)}\n`);
  }

  close(): void {
    if (this.file !== null) closeSync(this.file);
  }
}
