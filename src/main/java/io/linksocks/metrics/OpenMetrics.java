package io.linksocks.metrics;

import io.linksocks.util.Histogram;
import java.math.BigDecimal;
import java.util.List;

/** Text in the OpenMetrics format, version 1.0.0. */
public final class OpenMetrics {
    static final String CONTENT_TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    /** What a name ends with that is a quantity of something. */
    private static final List<String> UNITS = List.of("bytes", "seconds");

    private final StringBuilder text = new StringBuilder(16 << 10);

    /** Values of one name that differ in a label. */
    public final class Family {
        private final String sample;

        private Family(String sample) {
            this.sample = sample;
        }

        /** The one value of a name without labels. */
        public void is(double value) {
            sample(sample, "", value);
        }

        /** One of several values. */
        public Family with(String label, String labelled, double value) {
            sample(sample, label(label, labelled), value);
            return this;
        }

        /** One of several values with two labels. */
        public Family with(String first, String one, String second, String two, double value) {
            sample(sample, label(first, one) + "," + label(second, two), value);
            return this;
        }
    }

    /** Something that goes up and down. */
    public Family gauge(String name, String help) {
        return family(name, "gauge", name, help);
    }

    /** Something that only grows; its samples have {@code _total} behind the name. */
    public Family counter(String name, String help) {
        return family(name, "counter", name + "_total", help);
    }

    void histogram(String name, String help, Histogram values) {
        family(name, "histogram", name, help);
        long[] all = new long[1];
        values.read((seconds, count) -> {
            sample(name + "_bucket", label("le", bound(seconds)), count);
            all[0] = count;
        });
        sample(name + "_count", "", all[0]);
        sample(name + "_sum", "", values.seconds());
    }

    private Family family(String name, String type, String sample, String help) {
        text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
        for (String unit : UNITS) {
            if (name.endsWith("_" + unit)) {
                text.append("# UNIT ").append(name).append(' ').append(unit).append('\n');
            }
        }
        text.append("# HELP ").append(name).append(' ').append(escape(help)).append('\n');
        return new Family(sample);
    }

    private void sample(String name, String labels, double value) {
        text.append(name);
        if (!labels.isEmpty()) {
            text.append('{').append(labels).append('}');
        }
        text.append(' ').append(number(value)).append('\n');
    }

    private static String label(String name, String value) {
        return name + "=\"" + escape(value) + "\"";
    }

    private static String escape(String value) {
        return value.replace("\\", "\\\\").replace("\n", "\\n").replace("\"", "\\\"");
    }

    /** The form that the format calls canonical: one text for one number, as it is a label. */
    private static String bound(double seconds) {
        if (Double.isInfinite(seconds)) {
            return "+Inf";
        }
        String plain = BigDecimal.valueOf(seconds).stripTrailingZeros().toPlainString();
        return plain.indexOf('.') < 0 ? plain + ".0" : plain;
    }

    /** Whole numbers up to 2^53 are written as such. */
    private static String number(double value) {
        if (value == Math.rint(value) && Math.abs(value) <= 1L << 53) {
            return Long.toString((long) value);
        }
        return Double.toString(value);
    }

    /** The whole text. */
    String end() {
        return text.append("# EOF\n").toString();
    }
}
