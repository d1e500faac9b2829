package io.linksocks.protocol;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Protocol extensions, as a peer wants them or as two have agreed on them (docs/protocol-extensions.md, section 1).
 *
 * @param resume sessions outlive their links
 * @param flow credit for every channel
 * @param fin each direction of a channel ends alone
 * @param fair bounded bytes in front of a new message
 */
public record Features(boolean resume, boolean flow, boolean fin, boolean fair) {
    /** The header field by which a client asks for extensions. */
    public static final String HEADER = "LinkSocks-Extensions";

    public static final Features ALL = new Features(true, true, true, true);
    public static final Features NONE = new Features(false, false, false, false);

    private static final String REVISION = "1";
    private static final int RESUME = 1;
    private static final int FLOW = 2;
    private static final int FIN = 4;
    private static final int FAIR = 8;

    static Features of(int bits) {
        return new Features((bits & RESUME) != 0, (bits & FLOW) != 0, (bits & FIN) != 0, (bits & FAIR) != 0);
    }

    int bits() {
        return (resume ? RESUME : 0) | (flow ? FLOW : 0) | (fin ? FIN : 0) | (fair ? FAIR : 0);
    }

    /** Those that both want. */
    public Features and(Features other) {
        return of(bits() & other.bits());
    }

    /** What each is called, in order. */
    public List<String> names() {
        List<String> names = new ArrayList<>();
        addIf(resume, "resume", names);
        addIf(flow, "flow", names);
        addIf(fin, "fin", names);
        addIf(fair, "fair", names);
        return names;
    }

    private static void addIf(boolean present, String name, List<String> names) {
        if (present) {
            names.add(name);
        }
    }

    public boolean isEmpty() {
        return bits() == 0;
    }

    /** The value of {@link #HEADER} that asks for these. */
    public String announce() {
        return REVISION + "; " + String.join(", ", names());
    }

    /** What a client wants; nothing when the field is absent (null), of another revision or malformed. */
    public static Features parse(String value) {
        int semicolon = value == null ? -1 : value.indexOf(';');
        if (semicolon < 0 || !value.substring(0, semicolon).strip().equals(REVISION)) {
            return NONE;
        }
        boolean resume = false;
        boolean flow = false;
        boolean fin = false;
        boolean fair = false;
        for (String name : value.substring(semicolon + 1).split(",")) {
            switch (name.strip().toLowerCase(Locale.ROOT)) {
                case "resume" -> resume = true;
                case "flow" -> flow = true;
                case "fin" -> fin = true;
                case "fair" -> fair = true;
                default -> { }
            }
        }
        return new Features(resume, flow, fin, fair);
    }
}
