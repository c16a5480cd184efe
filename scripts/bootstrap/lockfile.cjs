/**
 * True when every package of the lockfile is installed in its version. Optional ones may be missing: they may be of another platform.
 * @param {Record<string, { version?: string, link?: boolean, optional?: boolean, devOptional?: boolean, peer?: boolean }>} lock
 * @param {Record<string, { version?: string, link?: boolean }>} installed
 */
function agrees(lock, installed) {
  return Object.entries(lock).every(([path, wanted]) => {
    if (!path.includes('node_modules/')) return true;
    const found = installed[path];
    if (!found) return wanted.optional === true || wanted.devOptional === true || wanted.peer === true;
    return wanted.link === true || found.version === wanted.version;
  });
}

module.exports = { agrees };
