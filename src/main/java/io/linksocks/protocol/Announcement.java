package io.linksocks.protocol;

import java.util.Locale;

/** The header field by which a client says that it knows the extensions (docs/protocol-extensions.md, section 1). */
public final class Announcement {
    public static final String HEADER = "LinkSocks-Extensions";

    private static final String REVISION = "1";

    private Announcement() {}

    /** The field's value. */
    public static String of(Features features) {
        return REVISION + "; " + String.join(", ", features.names());
    }

    /** What a client wants; nothing when the field is absent (null), of another revision or malformed. */
    public static Features parse(String value) {
        int semicolon = value == null ? -1 : value.indexOf(';');
        if (semicolon < 0 || !value.substring(0, semicolon).strip().equals(REVISION)) {
            return Features.NONE;
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
