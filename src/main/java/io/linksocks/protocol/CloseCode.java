package io.linksocks.protocol;

/** Close codes of a {@link Link} (RFC 6455, section 7.4, and the IANA registry). */
public final class CloseCode {
    public static final int NORMAL = 1000;
    public static final int GOING_AWAY = 1001;
    public static final int PROTOCOL_ERROR = 1002;
    public static final int UNSUPPORTED_DATA = 1003;
    /** Stands for a Close frame without a code; never sent. */
    public static final int NO_STATUS = 1005;
    /** Stands for a connection that ended without a Close frame; never sent. */
    public static final int ABNORMAL = 1006;
    public static final int INVALID_DATA = 1007;
    public static final int POLICY_VIOLATION = 1008;
    public static final int TOO_BIG = 1009;
    public static final int INTERNAL_ERROR = 1011;
    public static final int TRY_AGAIN_LATER = 1013;
    /** The first code that libraries and applications may define. */
    public static final int PRIVATE_MIN = 3000;
    private static final int PRIVATE_MAX = 4999;

    private CloseCode() {}

    /** Whether a Close frame may carry this code. */
    public static boolean mayBeSent(int code) {
        return code >= 1000 && code <= 1003 || code >= 1007 && code <= 1014 || code >= PRIVATE_MIN && code <= PRIVATE_MAX;
    }
}
