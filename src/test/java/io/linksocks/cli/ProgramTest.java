package io.linksocks.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProgramTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "''                       | linksocks",
        "target/classes           | linksocks",
        "a.jar:linksocks.jar      | linksocks",
        "target/linksocks.jar     | java -jar target/linksocks.jar",
        "/opt/my own/linksocks.jar | java -jar \"/opt/my own/linksocks.jar\"",
    })
    void theCommandIsThatOfTheJarWhereItWasStarted(String classPath, String command) {
        assertEquals(command, Program.command(classPath));
    }
}
