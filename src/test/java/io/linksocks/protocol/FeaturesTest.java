package io.linksocks.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What client and server tell each other about extensions (docs/protocol-extensions.md, section 1). */
class FeaturesTest {
    private static final Features RESUME = new Features(true, false, false, false, false);
    private static final Features FLOW = new Features(false, true, false, false, false);
    private static final Features FIN = new Features(false, false, true, false, false);
    private static final Features FAIR = new Features(false, false, false, true, false);
    private static final Features LEAVE = new Features(false, false, false, false, true);

    @Test
    void isWrittenAsDocumented() {
        assertEquals("LinkSocks-Extensions", Features.HEADER);
        assertEquals("1; resume, flow, fin, fair, leave", Features.ALL.announce());
        assertEquals("1; flow", FLOW.announce());
    }

    @Test
    void everyCombinationIsUnderstood() {
        for (int bits = 0; bits < 32; bits++) {
            Features features = Features.of(bits);
            assertEquals(features, Features.parse(features.announce()), "bits " + bits);
            assertEquals(bits, features.bits());
        }
    }

    @Test
    void bitsAreThoseOfTheDocument() {
        assertEquals(1, RESUME.bits());
        assertEquals(2, FLOW.bits());
        assertEquals(4, FIN.bits());
        assertEquals(8, FAIR.bits());
        assertEquals(16, LEAVE.bits());
        assertEquals(Features.ALL, Features.of(0xFF), "bits of later revisions are ignored");
    }

    @Test
    void orderSpacesCaseAndUnknownFeaturesDoNotMatter() {
        Features two = new Features(true, false, true, false, false);
        assertEquals(two, Features.parse("1;fin,resume"));
        assertEquals(two, Features.parse(" 1 ;  Resume , teleport, FIN,,"));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "1", ";", "2; resume", "resume, flow", "10; resume", "1, resume", "1; "})
    void anythingElseIsTheBaseProtocol(String value) {
        assertTrue(Features.parse(value).isEmpty());
    }

    @Test
    void onlyWhatBothWantIsUsed() {
        for (int mine = 0; mine < 32; mine++) {
            for (int yours = 0; yours < 32; yours++) {
                assertEquals(mine & yours, Features.of(mine).and(Features.of(yours)).bits());
            }
        }
    }
}
