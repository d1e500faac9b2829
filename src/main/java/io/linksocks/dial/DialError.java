package io.linksocks.dial;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;

/** Why a target was not reached. */
public enum DialError {
    /** The target's host is there, and nobody listens. */
    REFUSED,
    /** No answer in time, neither of the target nor of the proxy in front of it. */
    TIMEOUT,
    /** No way there. */
    UNREACHABLE,
    /** The name has no address. */
    NAME,
    /** An access rule forbids it. */
    RULE,
    /** The proxy in front of the target failed or refused, or this machine is short of something. */
    OTHER;

    /** What a dialler's failure amounts to. */
    static DialError of(IOException failure) {
        return switch (failure) {
            case DialException dialled -> dialled.kind();
            case AccessDeniedException denied -> RULE;
            case UnknownHostException unknown -> NAME;
            case SocketTimeoutException late -> TIMEOUT;
            default -> OTHER;
        };
    }

    /** The same for what the system answered when a socket was to be connected. */
    static DialError ofSystem(IOException answer) {
        return switch (answer) {
            case DialException dialled -> dialled.kind();
            case SocketTimeoutException late -> TIMEOUT;
            case NoRouteToHostException none -> UNREACHABLE;
            case ConnectException refused -> REFUSED;
            // Of several reasons that have no type of their own, the one that there is in practice: ENETUNREACH.
            case SocketException none -> UNREACHABLE;
            default -> OTHER;
        };
    }
}
