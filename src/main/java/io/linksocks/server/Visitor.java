package io.linksocks.server;

import java.net.InetAddress;

/**
 * Who stands at the door.
 *
 * @param address of the client, as far as it can be known
 * @param name what logs call it
 */
record Visitor(InetAddress address, String name) {}
