/** Whether `text` has at most so many characters, counted as JSON Schema does: a pair of surrogates is one. */
export const hasAtMost = (text: string, characters: number): boolean => text.length <= characters || (text.length <= 2 * characters && [...text].length <= characters);
