package io.linksocks.server;

import java.net.InetAddress;

/**
 * The sender of a request, not authenticated yet.
 *
 * @param address of the client, behind trusted proxies
 * @param name for logs
 */
record Visitor(InetAddress address, String name) {}
