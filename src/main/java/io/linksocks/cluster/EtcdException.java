package io.linksocks.cluster;

import java.io.IOException;

/** An answer of etcd that is no success. */
final class EtcdException extends IOException {
    private static final long serialVersionUID = 1L;

    private static final int DEADLINE_EXCEEDED = 4;
    private static final int NOT_FOUND = 5;
    private static final int UNAVAILABLE = 14;
    private static final int UNAUTHENTICATED = 16;

    private final int code;

    /** @param code of gRPC */
    EtcdException(String message, int code) {
        super(message);
        this.code = code;
    }

    /** Whether another member of etcd may succeed. */
    boolean isTransient() {
        return code == DEADLINE_EXCEEDED || code == UNAVAILABLE;
    }

    /** Whether the log-in has expired. */
    boolean asksForLogin() {
        return code == UNAUTHENTICATED;
    }

    /** Such as for a lease that has expired. */
    boolean isNotFound() {
        return code == NOT_FOUND;
    }
}
