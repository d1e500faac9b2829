package io.linksocks.protocol;

/** How the payload of a Data message is compressed. */
public enum Compression {
    NONE(0x00),
    GZIP(0x01);

    private final int code;

    Compression(int code) {
        this.code = code;
    }

    /** The byte on the wire. */
    int code() {
        return code;
    }

    /**
     * The compression that a byte on the wire stands for.
     *
     * @throws ProtocolException when it stands for none
     */
    static Compression of(int code) throws ProtocolException {
        return switch (code) {
            case 0x00 -> NONE;
            case 0x01 -> GZIP;
            default -> throw new ProtocolException("unknown compression " + code);
        };
    }
}
