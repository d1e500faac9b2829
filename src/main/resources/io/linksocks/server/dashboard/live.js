/** A refused request, with the status of the response; 0 when the page refused it. */
export class Refusal extends Error {
  constructor(status, message, seconds) {
    super(message);
    this.status = status;
    this.seconds = seconds;
  }
}

/** Milliseconds without an event, of which the server sends one a second, until the connection counts as lost. */
const SILENCE = 4000;
/** Milliseconds more, in which a page that was busy or suspended itself reads what has come meanwhile. */
const GRACE = 1000;

/** The half of a log-in that the page keeps for its tab; the other one is in a cookie that scripts can't read. */
const half = {
  NAME: 'linksocks-session',
  /** Browsers that keep no site's data have no storage. */
  get() {
    try {
      return sessionStorage.getItem(this.NAME);
    } catch {
      return null;
    }
  },
  set(value) {
    try {
      sessionStorage.setItem(this.NAME, value);
    } catch {
      // A reload asks for the key.
    }
  },
};

/** For all parts of the page; null without a log-in. */
export let api = null;

export function use(next) {
  api = next;
}

/** Client of the HTTP API. It keeps the key, which is stored nowhere else, or uses the log-in from before a reload. */
export class Api {
  #key;

  /** @param key null after a reload */
  constructor(key) {
    this.#key = key;
  }

  /** Whether this tab was logged in before it was loaded again. */
  static isLoggedIn() {
    return Boolean(half.get());
  }

  /** Makes the log-in survive a reload. A server that was restarted knows none. */
  async logIn() {
    if (this.#key) {
      const { session } = await (await this.#call('api/session', { method: 'POST' })).json();
      half.set(this.#key ? session : '');
    }
  }

  async logOut() {
    const left = this.#call('api/session', { method: 'DELETE' });
    this.#key = null;
    half.set('');
    await left;
  }

  /** Whether a header can carry the text (RFC 9110, section 5.5). */
  static canBeKey(text) {
    return /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(text);
  }

  async #call(path, options) {
    const headers = { 'LinkSocks-Session': half.get() ?? '' };
    if (this.#key) {
      headers['X-API-Key'] = this.#key;
    }
    const response = await fetch(path, {
      ...options,
      headers,
      cache: 'no-store',
      credentials: 'same-origin',
      redirect: 'error',
    });
    if (response.status === 401) {
      half.set('');
    }
    if (!response.ok) {
      const said = await response.json().catch(() => ({}));
      throw new Refusal(response.status, said.error ?? `the server responded with status ${response.status}`,
        Number(response.headers.get('Retry-After')) || 0);
    }
    return response;
  }

  /** Adds (POST), changes (PATCH) or removes (DELETE) a token. The body carries the token, because URLs are logged. */
  async token(method, body) {
    return (await this.#call('api/token', { method, body: JSON.stringify(body) })).json();
  }

  /** Returns the traffic of all tokens, day by day. */
  async traffic() {
    return (await this.#call('api/traffic')).json();
  }

  /** Returns the tokens, clients or channels that contain a text, of all that the server has. */
  async search(what, text) {
    const found = await this.#call(`api/${what}?limit=10000&search=${encodeURIComponent(text)}`);
    return (await found.json())[what];
  }

  /** Disconnects a client, or closes a channel. */
  async end(what, id) {
    await this.#call(`api/${what}/${id}`, { method: 'DELETE' });
  }

  /** Returns the access rules, after changing them if rules are given. */
  async rules(changed) {
    const options = changed && { method: 'PUT', body: JSON.stringify(changed) };
    return (await this.#call('api/config/access', options)).json();
  }

  /** Passes server-sent events to their handlers until the stream ends or the signal aborts it. */
  async follow(handlers, signal) {
    const silence = new AbortController();
    const hear = () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        timer = setTimeout(() => silence.abort(new Error('the server sent nothing')), GRACE);
      }, SILENCE);
    };
    let timer;
    hear();
    try {
      const response = await this.#call('api/live', { signal: AbortSignal.any([signal, silence.signal]) });
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      let rest = '';
      for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
        hear();
        const blocks = (rest + piece.value).split('\n\n');
        rest = blocks.pop();
        blocks.forEach(block => dispatch(block, handlers));
      }
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Parses an event, which has two lines. */
function dispatch(block, handlers) {
  const [, name, data] = /^event: (.+)\ndata: (.+)$/.exec(block);
  handlers[name]?.(JSON.parse(data));
}
