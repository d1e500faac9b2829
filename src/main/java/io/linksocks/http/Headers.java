package io.linksocks.http;

import java.util.ArrayList;
import java.util.List;

/** Header fields in the order in which they came; names are compared without regard to case (RFC 9110, section 5.1). */
public final class Headers {
    /** No field at all. */
    public static final Headers NONE = new Headers(List.of());

    /** One field line. */
    record Field(String name, String value) {}

    private final List<Field> fields;

    Headers(List<Field> fields) {
        this.fields = List.copyOf(fields);
    }

    /** All field lines in order. */
    List<Field> fields() {
        return fields;
    }

    /** The value of the first field of this name, or null. */
    public String first(String name) {
        for (Field field : fields) {
            if (field.name().equalsIgnoreCase(name)) {
                return field.value();
            }
        }
        return null;
    }

    /** The values of all fields of this name, one per line. */
    public List<String> all(String name) {
        return fields.stream().filter(field -> field.name().equalsIgnoreCase(name)).map(Field::value).toList();
    }

    /** Whether a comma-separated list field contains a token, without regard to case (RFC 9110, section 5.6.1). */
    public boolean hasToken(String name, String token) {
        for (String value : all(name)) {
            for (String element : value.split(",")) {
                if (element.strip().equalsIgnoreCase(token)) {
                    return true;
                }
            }
        }
        return false;
    }

    /**
     * These fields and one more.
     *
     * @throws IllegalArgumentException when name or value would break the message apart
     */
    public Headers with(String name, String value) {
        if (!Syntax.isToken(name) || !Syntax.isFieldValue(value)) {
            throw new IllegalArgumentException("not a header field: " + name);
        }
        List<Field> more = new ArrayList<>(fields);
        more.add(new Field(name, value));
        return new Headers(more);
    }
}
