/** What the writer tells of itself; metrics and logs are made of it outside. */
export interface WriterObserver {
  written(table: string, rows: number, seconds: number): void;
  duplicates(table: string, rows: number): void;
  refused(table: string, rows: number): void;
  retry(table: string, error: Error): void;
}
