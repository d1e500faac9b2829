package io.linksocks.protocol;

import io.linksocks.wire.WireSettings;
import java.util.List;
import java.util.Locale;

/**
 * Protocol extensions, as one peer asks for them or as both have agreed on them (docs/protocol-extensions.md, section 1).
 *
 * @param resume sessions survive the loss of their link
 * @param flow credit-based flow control per channel
 * @param fin half-close
 * @param fair a congestion window for bulk data
 * @param leave a server that drains asks its clients to open another session
 */
public record Features(boolean resume, boolean flow, boolean fin, boolean fair, boolean leave) {
    /** The header field by which a client asks for extensions. */
    public static final String HEADER = "LinkSocks-Extensions";

    public static final Features ALL = new Features(true, true, true, true, true);
    public static final Features NONE = new Features(false, false, false, false, false);

    private static final String REVISION = "1";
    /** In the order of the bits. */
    private static final List<String> NAMES = List.of("resume", "flow", "fin", "fair", "leave");

    /** Those that these settings ask for; a server that drains needs peers that resume. */
    public static Features wanted(WireSettings wire) {
        return new Features(wire.resume(), wire.flowControl(), wire.halfClose(), wire.fairness(), wire.resume());
    }

    static Features of(int bits) {
        return new Features((bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0, (bits & 8) != 0, (bits & 16) != 0);
    }

    int bits() {
        return (resume ? 1 : 0) | (flow ? 2 : 0) | (fin ? 4 : 0) | (fair ? 8 : 0) | (leave ? 16 : 0);
    }

    /** The extensions in both. */
    public Features and(Features other) {
        return of(bits() & other.bits());
    }

    /** The name of each, in order. */
    public List<String> names() {
        return NAMES.stream().filter(name -> (bits() & bit(name)) != 0).toList();
    }

    /** 0 for an unknown name. */
    private static int bit(String name) {
        int index = NAMES.indexOf(name);
        return index < 0 ? 0 : 1 << index;
    }

    public boolean isEmpty() {
        return bits() == 0;
    }

    /** The value of {@link #HEADER} that asks for these extensions. */
    public String announce() {
        return REVISION + "; " + String.join(", ", names());
    }

    /** What a client asks for; {@link #NONE} when the field is absent (null), of another revision, or malformed. */
    public static Features parse(String value) {
        int semicolon = value == null ? -1 : value.indexOf(';');
        if (semicolon < 0 || !value.substring(0, semicolon).strip().equals(REVISION)) {
            return NONE;
        }
        int bits = 0;
        for (String name : value.substring(semicolon + 1).split(",")) {
            bits |= bit(name.strip().toLowerCase(Locale.ROOT));
        }
        return of(bits);
    }
}
