package io.linksocks.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.access.AccessRules;
import io.linksocks.access.AddressRange;
import io.linksocks.json.Json;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenJsonTest {
    private static final TokenSettings ALL = TokenSettings.builder().name("Laptop of Ann").disabled(true)
            .expires(Instant.parse("2026-12-31T18:00:00Z")).upRate(1 << 20).downRate(5_000_000_000L)
            .quota(new TokenSettings.Quota(1L << 40, TokenSettings.Quota.Period.DAY)).maxChannels(100).maxClients(3)
            .sources(List.of(AddressRange.parse("10.0.0.0/8"), AddressRange.parse("fc00::1"))).balance(Balance.STICKY)
            .certificate("laptop.example").build();

    private static TokenRecord read(String json) {
        return TokenJson.read(JsonMembers.parse(json.replace('\'', '"')));
    }

    private static String written(TokenRecord record) {
        return Json.write(TokenJson.write(record)).replace('"', '\'');
    }

    @Test
    void whatIsWrittenIsReadAgain() {
        AccessRules rules = AccessRules.parse(List.of("192.168.0.0/16:22"));
        ReverseTokenOptions reverse = ReverseTokenOptions.builder().token("r").port(1080)
                .credentials("user", "password").forwards(List.of("8080:localhost:80")).build();
        for (TokenRecord record : List.of(
                TokenRecord.forward("f"), new TokenRecord.Forward("f", AccessRules.NONE, ALL),
                TokenRecord.reverse(reverse), new TokenRecord.Reverse(reverse.toBuilder().connectorAutonomy(true).build(), ALL),
                TokenRecord.connector("c", "r"), new TokenRecord.Connector("c", "r", AccessRules.NONE, ALL))) {
            assertEquals(record, read(written(record)));
        }
        TokenRecord withRules = new TokenRecord.Forward("f", rules, ALL);
        assertEquals(written(withRules), written(read(written(withRules))));
    }

    @Test
    void defaultsAreNotWritten() {
        assertEquals("{'type':'forward','token':'f'}", written(TokenRecord.forward("f")));
        assertEquals("{'type':'reverse'}", written(TokenRecord.reverse(ReverseTokenOptions.DEFAULT)));
    }

    @Test
    void aChangeKeepsWhatItDoesNotNameAndNullSetsBack() {
        TokenSettings changed = TokenJson.change(
                JsonMembers.parse("{\"name\":null,\"max_clients\":7,\"quota_period\":\"month\"}"), ALL);
        assertEquals(ALL.toBuilder().name("").maxClients(7)
                .quota(new TokenSettings.Quota(1L << 40, TokenSettings.Quota.Period.MONTH)).build(), changed);
        assertEquals(TokenSettings.DEFAULT, TokenJson.change(JsonMembers.parse("{\"name\":\"\",\"disabled\":false,"
                + "\"expires\":null,\"rate_up\":0,\"rate_down\":null,\"quota\":0,\"max_channels\":0,\"max_clients\":0,"
                + "\"sources\":[],\"balance\":null,\"certificate\":null}"), ALL));
    }

    @Test
    void aDateIsTheEndOfItsDay() {
        assertEquals(Instant.parse("2027-01-01T00:00:00Z"),
                read("{'type':'forward','expires':'2026-12-31'}").settings().expires());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
        "{'type':'hunter2'}                               | invalid token type",
        "{}                                               | invalid token type",
        "{'type':'connector'}                             | reverse_token is required for connector token",
        "{'type':'reverse','username':'hunter2'}          | username and password must be set together",
        "{'type':'reverse','port':65536}                  | invalid request body",
        "{'type':'forward','token':7}                     | invalid request body",
        "{'type':'forward','name':'a\\nb'}                | name must not have control characters",
        "{'type':'forward','expires':'soon'}              | expires: expected a date",
        "{'type':'forward','expires':'+999999999-12-31'}  | expires: expected a date",
        "{'type':'forward','rate_up':-1}                  | rate_up: expected a whole number",
        "{'type':'forward','quota':1.5}                   | quota: expected a whole number",
        "{'type':'forward','quota':1,'quota_period':'y'}  | quota_period: expected day or month",
        "{'type':'forward','max_clients':2147483648}      | max_clients: expected a whole number from 0 to 2147483647",
        "{'type':'forward','sources':'10.0.0.1'}          | sources: expected a list",
        "{'type':'forward','sources':['10.0.0.1/33']}     | sources: \"10.0.0.1/33\" is no address",
        "{'type':'reverse','balance':'random'}            | balance: expected round-robin",
        "{'type':'forward','certificate':'a\\nb'}          | certificate must not have control characters",
    })
    void errorsNameTheMemberAndNoSecret(String json, String message) {
        String error = assertThrows(IllegalArgumentException.class, () -> read(json)).getMessage();
        assertTrue(error.startsWith(message), error);
    }
}
