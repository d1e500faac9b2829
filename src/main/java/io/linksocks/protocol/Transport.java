package io.linksocks.protocol;

/** What a channel carries. */
public enum Transport {
    TCP(0x01),
    UDP(0x02);

    private final int code;

    Transport(int code) {
        this.code = code;
    }

    /** The byte on the wire. */
    public int code() {
        return code;
    }

    /**
     * The transport that a byte on the wire stands for.
     *
     * @throws ProtocolException when it stands for none
     */
    static Transport of(int code) throws ProtocolException {
        return switch (code) {
            case 0x01 -> TCP;
            case 0x02 -> UDP;
            default -> throw new ProtocolException("unknown transport " + code);
        };
    }
}
