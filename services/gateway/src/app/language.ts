import { LANGUAGES, type Language } from '@stakewatch/contracts';

/** The offered language that `Accept-Language` prefers (RFC 9110, 12.5.4); English when it names none. */
export function languageOf(header: string | undefined): Language {
  if (header === undefined || header === '*' || header.length > 500) return 'en';
  let best: Language = 'en';
  let bestWeight = 0;
  for (const part of header.split(',')) {
    const [range = '', ...parameters] = part.trim().toLowerCase().split(';');
    const language = LANGUAGES.find((known) => range === known || range.startsWith(`${known}-`));
    const quality = parameters.find((parameter) => parameter.trim().startsWith('q='));
    const weight = quality === undefined ? 1 : Number(quality.trim().slice(2));
    if (language && weight > bestWeight) [best, bestWeight] = [language, weight];
  }
  return best;
}
