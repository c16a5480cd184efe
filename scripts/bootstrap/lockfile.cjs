/**
 * What differs between the lockfile and what is installed. Optional packages may be missing: they may be of another platform.
 * @param {Record<string, { version?: string, link?: boolean, optional?: boolean, devOptional?: boolean, peer?: boolean }>} lock
 * @param {Record<string, { version?: string, link?: boolean }>} installed
 * @returns {{ missing: string[], otherVersion: string[] }} paths in node_modules
 */
function differences(lock, installed) {
  const wanted = Object.entries(lock).filter(([path]) => path.includes('node_modules/'));
  const mayBeMissing = ({ optional, devOptional, peer }) => optional === true || devOptional === true || peer === true;
  return {
    missing: wanted.filter(([path, entry]) => !installed[path] && !mayBeMissing(entry)).map(([path]) => path),
    otherVersion: wanted.filter(([path, entry]) => installed[path] && !entry.link && installed[path].version !== entry.version).map(([path]) => path),
  };
}

module.exports = { differences };
