package io.linksocks.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.util.Histogram;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class OpenMetricsTest {
    private final OpenMetrics out = new OpenMetrics();

    @Test
    void aGaugeHasItsNameAndACounterOneMoreWord() {
        out.gauge("a", "Help.").is(3);
        out.counter("b", "More.").is(4);
        assertEquals("# TYPE a gauge\n# HELP a Help.\na 3\n# TYPE b counter\n# HELP b More.\nb_total 4\n# EOF\n", out.end());
    }

    @Test
    void aQuantityHasAUnit() {
        out.gauge("a_bytes", "A.").is(1.5);
        out.counter("cpu_seconds", "C.").is(0.25);
        assertEquals("""
                # TYPE a_bytes gauge
                # UNIT a_bytes bytes
                # HELP a_bytes A.
                a_bytes 1.5
                # TYPE cpu_seconds counter
                # UNIT cpu_seconds seconds
                # HELP cpu_seconds C.
                cpu_seconds_total 0.25
                # EOF
                """, out.end());
    }

    @Test
    void labelsAndHelpAreEscaped() {
        out.gauge("a", "\"x\" \\ y\nz").with("l", "\"\\\n", 7).with("one", "1", "two", "2", 8);
        assertEquals("""
                # TYPE a gauge
                # HELP a \\"x\\" \\\\ y\\nz
                a{l="\\"\\\\\\n"} 7
                a{one="1",two="2"} 8
                # EOF
                """, out.end());
    }

    @Test
    void aHistogramEndsWithAllOfThem() {
        Histogram histogram = new Histogram();
        histogram.observe(Duration.ofMillis(1).toNanos());
        histogram.observe(Duration.ofSeconds(20).toNanos());
        out.histogram("h_seconds", "H.", histogram);
        String text = out.end();
        assertTrue(text.startsWith("# TYPE h_seconds histogram\n# UNIT h_seconds seconds\n# HELP h_seconds H.\n"
                + "h_seconds_bucket{le=\"0.0005\"} 0\nh_seconds_bucket{le=\"0.001\"} 1\n"), text);
        assertTrue(text.endsWith("h_seconds_bucket{le=\"10.0\"} 1\nh_seconds_bucket{le=\"+Inf\"} 2\nh_seconds_count 2\n"
                + "h_seconds_sum 20.001\n# EOF\n"), text);
    }

    @Test
    void largeAndSmallNumbersAreNumbers() {
        out.gauge("a", "A.").is(1L << 53);
        out.gauge("b", "B.").is(1e-4);
        String text = out.end();
        assertTrue(text.contains("\na 9007199254740992\n") && text.contains("\nb 1.0E-4\n"), text);
    }
}
