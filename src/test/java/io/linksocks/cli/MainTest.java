package io.linksocks.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.DataInputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
    private static final int JAVA_8 = 52;

    /** An older virtual machine than the class file would print a stack trace (JVMS, section 4.1). */
    @Test
    void java8CanLoadTheEntryPoint() throws IOException {
        try (DataInputStream in = new DataInputStream(Main.class.getResourceAsStream("Main.class"))) {
            in.readInt();
            in.readUnsignedShort();
            assertEquals(JAVA_8, in.readUnsignedShort());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.8", "11", "20"})
    void anOldJavaIsToldWhichOneIsNeeded(String version) {
        String obstacle = Main.obstacle(version);
        assertTrue(obstacle.startsWith("Java 21 or later is needed, and this is Java " + version.replace("1.8", "8") + ": ")
                && obstacle.contains("make image"), obstacle);
    }

    @ParameterizedTest
    @ValueSource(strings = {"21", "25", "100"})
    void anotherJavaIsTaken(String version) {
        assertNull(Main.obstacle(version));
    }
}
