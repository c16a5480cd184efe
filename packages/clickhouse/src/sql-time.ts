/** A column of times as ISO 8601 UTC, in SQL. */
export const isoSql = (column: string): string => `concat(replaceOne(toString(${column}), ' ', 'T'), 'Z')`;

/** A time as ClickHouse prints it, as ISO 8601 UTC. */
export const isoOf = (printed: string): string => `${printed.replace(' ', 'T')}Z`;
