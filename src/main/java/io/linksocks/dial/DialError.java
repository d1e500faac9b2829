package io.linksocks.dial;

import io.linksocks.util.Reason;
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
    /** This side can't dial anything: its proxy can't be used, or it has no sockets or no session. No target is to blame. */
    LOCAL,
    /** The proxy in front of the target refused, or something else went wrong. */
    OTHER;

    /** What an answer to Connect begins with when its reason is {@link #LOCAL}. */
    private static final String LOCAL_PREFIX = "can't dial: ";
    /** In front of other reasons that would begin so, as they may begin with a name that a client has chosen. */
    private static final String QUOTED = "not reached: ";

    /** The kind of a failure to reach a target. */
    public static DialError of(IOException failure) {
        return switch (failure) {
            case DialException dialled -> dialled.kind();
            case UnknownHostException unknown -> NAME;
            case SocketTimeoutException late -> TIMEOUT;
            default -> OTHER;
        };
    }

    /** What the peer that asked for the target is told. */
    public static String toPeer(IOException failure) {
        String reason = Reason.of(failure);
        if (of(failure) == LOCAL) {
            return LOCAL_PREFIX + reason;
        }
        return isLocal(reason) ? QUOTED + reason : reason;
    }

    /** Whether a peer's answer says that it can't dial anything. */
    public static boolean isLocal(String answer) {
        return answer.startsWith(LOCAL_PREFIX);
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
