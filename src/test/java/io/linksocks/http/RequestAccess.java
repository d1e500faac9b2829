package io.linksocks.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;

/** Makes requests for tests of other packages. */
public final class RequestAccess {
    private RequestAccess() {}

    /** @param onTrust run when a handler trusts the client */
    public static Request of(RequestHead head, InetSocketAddress remote, Runnable onTrust) throws IOException {
        return new Request(head, InputStream.nullInputStream(), OutputStream.nullOutputStream(), remote, null, onTrust);
    }
}
