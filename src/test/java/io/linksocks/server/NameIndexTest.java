package io.linksocks.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NameIndexTest {
    private final List<String> present = new ArrayList<>();
    private int named;
    private final NameIndex<String> index = new NameIndex<>(this::nameOf, present::contains, () -> List.copyOf(present));

    private byte[] nameOf(String value) {
        named++;
        return ("name of " + value).getBytes();
    }

    private Optional<String> find(String value) {
        return index.find(("name of " + value).getBytes());
    }

    @Test
    void eachIsNamedOnceHoweverOftenItIsLookedFor() {
        for (int i = 0; i < 100; i++) {
            present.add("token " + i);
        }
        for (int round = 0; round < 3; round++) {
            for (String each : present) {
                assertEquals(Optional.of(each), find(each));
            }
            assertEquals(Optional.empty(), find("no such token"));
        }
        assertEquals(100, named);
    }

    @Test
    void whatComesAndGoesIsFoundWhileItIsThere() {
        present.add("first");
        assertEquals(Optional.of("first"), find("first"));
        present.add("second");
        assertEquals(Optional.of("second"), find("second"));
        present.remove("first");
        assertEquals(Optional.empty(), find("first"));
        present.add("first");
        assertEquals(Optional.of("first"), find("first"));
        assertEquals(3, named);
    }
}
