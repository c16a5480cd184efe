import type { Point } from './distance';

const FORM = /^\s*lat\s*=\s*([+-]?\d{1,3}(?:\.\d{1,15})?)\s*,\s*lon\s*=\s*([+-]?\d{1,3}(?:\.\d{1,15})?)\s*$/i;

/** `lat=-30.6556,lon=-65.7655` (document 003, "location"); null for any other text and for points that are not on Earth. */
export function parseCoordinates(text: string): Point | null {
  const match = FORM.exec(text);
  if (!match) return null;
  const [lat, lon] = [Number(match[1]), Number(match[2])];
  return Math.abs(lat) <= 90 && Math.abs(lon) <= 180 ? { lat, lon } : null;
}
