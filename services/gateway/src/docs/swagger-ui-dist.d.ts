/** Imported by its path: the package's main module loads the whole browser bundle into the process. */
declare module 'swagger-ui-dist/absolute-path.js' {
  const absolutePath: () => string;
  export default absolutePath;
}
