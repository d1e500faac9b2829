package io.linksocks.json;

/**
 * JSON (RFC 8259) as plain Java values: {@code Map<String, Object>} in the order of the text, {@code List<Object>},
 * {@code String}, {@code Long}, {@code Double}, {@code Boolean} and null.
 */
public final class Json {
    /** Our own texts nest three levels; the bound keeps a hostile one from exhausting the stack. */
    static final int MAX_DEPTH = 32;

    /** In characters. The largest text we take is an API request, of some kilobytes. */
    public static final int MAX_LENGTH = 1 << 20;

    private Json() {}

    /**
     * Reads one JSON text. Stricter than RFC 8259 asks: duplicate names, unpaired surrogates and numbers beyond the
     * range of a double are refused. A number without fraction and exponent that fits is a {@code Long}, any other a
     * {@code Double}.
     *
     * @throws JsonException when the text is not JSON, too long or nested too deeply
     */
    public static Object parse(String text) throws JsonException {
        if (text.length() > MAX_LENGTH) {
            throw new JsonException("JSON text is longer than " + MAX_LENGTH + " characters");
        }
        return new JsonParser(text, (object, name, position) -> { }).parse();
    }

    /**
     * Writes maps, collections, strings, numbers, booleans and null without white space, members in the map's order.
     *
     * @throws IllegalArgumentException for any other type and for numbers that JSON does not have
     */
    public static String write(Object value) {
        StringBuilder out = new StringBuilder();
        JsonWriter.write(value, out);
        return out.toString();
    }
}
