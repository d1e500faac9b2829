package io.linksocks.cluster;

import java.util.UUID;

/**
 * Names a group of providers.
 *
 * @param hash of their reverse token
 * @param group the instance with connector autonomy, else the nil UUID
 */
record GroupId(String hash, UUID group) {}
