package io.linksocks.dial;

import io.linksocks.util.Endpoint;
import io.linksocks.util.Reason;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;

/** Why a target was not reached. */
public enum DialError {
    /** The target's host is up, but nothing listens on the port. */
    REFUSED,
    /** No answer in time, of the target or of the proxy in front of it. */
    TIMEOUT,
    /** There is no route. */
    UNREACHABLE,
    /** The name has no address. */
    NAME,
    /** An access rule forbids it. */
    RULE,
    /** This side can't dial anything: its proxy can't be used, or it has no sockets or no session. No target is to blame. */
    LOCAL,
    /** The proxy in front of the target refused, or something else went wrong. */
    OTHER;

    /** The start of an answer to Connect whose reason is {@link #LOCAL}. */
    private static final String LOCAL_PREFIX = "can't dial: ";
    /** Precedes other reasons with that start: they may begin with a name that a client has chosen. */
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

    /** The answer to the peer that asked for the target. */
    public static String toPeer(IOException failure) {
        String reason = Reason.of(failure);
        if (of(failure) == LOCAL) {
            return LOCAL_PREFIX + reason;
        }
        return isLocal(reason) ? QUOTED + reason : reason;
    }

    /** Whether a failure of this kind is in the log by the time that it is thrown. */
    public boolean isLoggedWhereItArises() {
        return this == RULE || this == LOCAL;
    }

    /** Whether a peer's answer says that it can't dial anything. */
    public static boolean isLocal(String answer) {
        return answer.startsWith(LOCAL_PREFIX);
    }

    /** What happened to a target, which is named once: most reasons name it themselves. */
    public static String describe(Endpoint target, String reason) {
        String named = target.toString();
        if (reason.startsWith(named + ": ") || reason.startsWith(named + " ")) {
            return "can't reach " + reason;
        }
        boolean told = reason.contains(" " + named + ": ") || reason.contains(" " + named + " ")
                || reason.endsWith(" " + target.host());
        return told ? "no connection: " + reason : "can't reach " + named + ": " + reason;
    }

    /** The kind of a failure of the system to connect a socket. */
    static DialError ofSystem(IOException answer) {
        return switch (answer) {
            case DialException dialled -> dialled.kind();
            case SocketTimeoutException late -> TIMEOUT;
            case NoRouteToHostException none -> UNREACHABLE;
            case ConnectException refused -> REFUSED;
            // Several errors have this type; the one seen in practice is ENETUNREACH.
            case SocketException none -> UNREACHABLE;
            default -> OTHER;
        };
    }
}
