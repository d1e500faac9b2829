package io.linksocks.protocol;

/** What an autonomy provider asks to be done with a connector token. */
public enum Operation {
    ADD(0x01),
    REMOVE(0x02);

    private final int code;

    Operation(int code) {
        this.code = code;
    }

    /** The byte on the wire. */
    public int code() {
        return code;
    }

    /**
     * The operation that a byte on the wire stands for.
     *
     * @throws ProtocolException when it stands for none
     */
    public static Operation of(int code) throws ProtocolException {
        return switch (code) {
            case 0x01 -> ADD;
            case 0x02 -> REMOVE;
            default -> throw new ProtocolException("unknown operation " + code);
        };
    }
}
