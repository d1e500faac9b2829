/** Commands and files that start a program with a token. */

const PROGRAMS = { forward: 'client', reverse: 'provider', connector: 'connector' };
const SOCKS_PORT = 9870;
const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1])$/;

/** Whether other machines can't use the URL in the snippets. */
export const onLoopback = () => LOOPBACK.test(location.hostname);

const url = () => new URL('.', location).href.replace('http', 'ws').replace(/\/$/, '');

/** Providers open no port. */
const opensPort = type => type !== 'reverse';

/** The token is in a variable, because the process list shows arguments to every user. */
function shell(token, type) {
  const quoted = /^[\w.-]+$/.test(token) ? token : `'${token.replaceAll("'", String.raw`'\''`)}'`;
  return `LINKSOCKS_TOKEN=${quoted} linksocks ${PROGRAMS[type]} -u ${url()}`;
}

/** PowerShell ends a string at typographic quotes, too. */
function powerShell(token, type) {
  return `$env:LINKSOCKS_TOKEN = '${token.replace(/['‘’‚‛]/g, '$&$&')}'\nlinksocks ${PROGRAMS[type]} -u ${url()}`;
}

/** JSON strings are YAML strings; Compose replaces variables in them. */
function compose(token, type) {
  const quoted = text => JSON.stringify(text).replaceAll('$', '$$$$');
  return [
    'services:',
    `  linksocks-${PROGRAMS[type]}:`,
    '    image: linksocks',
    '    restart: unless-stopped',
    '    read_only: true',
    '    cap_drop: [ALL]',
    '    tmpfs: [/tmp]',
    '    environment:',
    `      LINKSOCKS_MODE: ${PROGRAMS[type]}`,
    `      LINKSOCKS_TOKEN: ${quoted(token)}`,
    `      LINKSOCKS_URL: ${quoted(url())}`,
    ...opensPort(type) ? [`    ports: ["127.0.0.1:${SOCKS_PORT}:${SOCKS_PORT}"]`] : [],
  ].join('\n');
}

function configFile(token, type) {
  const port = opensPort(type) ? { 'socks-port': SOCKS_PORT } : {};
  const tunnels = { [`${PROGRAMS[type]}s`]: { example: { url: url(), token, ...port } } };
  return `// linksocks run tunnels.json\n${JSON.stringify(tunnels, null, 2)}`;
}

/** Functions of a token and its type, by the name of the format. */
export const FORMATS = {
  'Command': shell,
  'PowerShell': powerShell,
  'Docker Compose': compose,
  'Config file': configFile,
};
