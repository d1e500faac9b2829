package io.linksocks.server;

import io.linksocks.session.SessionSnapshot;

/**
 * A client, provider or connector as it was at one moment.
 *
 * @param id a number that no other session of this server has had
 * @param role {@code client}, {@code provider} or {@code connector}
 * @param token a label of its token, not the token
 * @param program what it calls itself; empty when it does not
 */
record ClientSnapshot(long id, String role, String token, String program, SessionSnapshot session) {}
