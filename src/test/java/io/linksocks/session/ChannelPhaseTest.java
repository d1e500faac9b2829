package io.linksocks.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The table of phases in docs/architecture.md, row by row. */
class ChannelPhaseTest {
    private static List<ChannelPhase> after(ChannelPhase phase) {
        return List.of(phase.afterConfirmation(), phase.afterFinSent(), phase.afterFinReceived());
    }

    @Test
    void eachEventLeadsToThePhaseInTheTable() {
        assertEquals(List.of(ChannelPhase.OPEN, ChannelPhase.LOCAL_CLOSED, ChannelPhase.REMOTE_CLOSED),
                after(ChannelPhase.OPENING));
        assertEquals(List.of(ChannelPhase.OPEN, ChannelPhase.LOCAL_CLOSED, ChannelPhase.REMOTE_CLOSED),
                after(ChannelPhase.OPEN));
        assertEquals(List.of(ChannelPhase.LOCAL_CLOSED, ChannelPhase.LOCAL_CLOSED, ChannelPhase.CLOSED),
                after(ChannelPhase.LOCAL_CLOSED));
        assertEquals(List.of(ChannelPhase.REMOTE_CLOSED, ChannelPhase.CLOSED, ChannelPhase.REMOTE_CLOSED),
                after(ChannelPhase.REMOTE_CLOSED));
        assertEquals(List.of(ChannelPhase.CLOSED, ChannelPhase.CLOSED, ChannelPhase.CLOSED), after(ChannelPhase.CLOSED));
    }
}
