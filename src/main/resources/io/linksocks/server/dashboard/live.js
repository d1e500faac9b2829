/** What the server answers to a request that it refuses. */
export class Refusal extends Error {
  constructor(status, message, seconds) {
    super(message);
    this.status = status;
    this.seconds = seconds;
  }
}

/** A server that is silent for so long is gone: it speaks every second. */
const SILENCE = 5000;

/** The HTTP API with one key, which is nowhere but in here. */
export class Api {
  #key;

  constructor(key) {
    this.#key = key;
  }

  /** A field value cannot hold other characters. */
  static canBeKey(text) {
    return /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(text);
  }

  async #call(path, options) {
    const response = await fetch(path, {
      ...options,
      headers: { 'X-API-Key': this.#key },
      cache: 'no-store',
      credentials: 'omit',
      redirect: 'error',
    });
    if (!response.ok) {
      const said = await response.json().catch(() => ({}));
      throw new Refusal(response.status, said.error ?? `the server answered ${response.status}`,
        Number(response.headers.get('Retry-After')) || 0);
    }
    return response;
  }

  /** Adds (POST) or removes (DELETE) a token, which never is in a URL. */
  async token(method, body) {
    return (await this.#call('api/token', { method, body: JSON.stringify(body) })).json();
  }

  /** Hands every server-sent event to its handler until the stream ends, with the signal at the latest. */
  async follow(handlers, signal) {
    const silence = new AbortController();
    const hear = () => {
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(new Error('the server is silent')), SILENCE);
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

/** The server writes two lines for each event. */
function dispatch(block, handlers) {
  const [, name, data] = /^event: (.+)\ndata: (.+)$/.exec(block);
  handlers[name]?.(JSON.parse(data));
}
