package io.linksocks.http;

import java.net.InetSocketAddress;

/**
 * One request, complete.
 *
 * @param head   request line and fields
 * @param body   the whole body, empty when there is none
 * @param remote the address at the other end of the connection, which may be a proxy
 */
public record Request(RequestHead head, byte[] body, InetSocketAddress remote) {}
