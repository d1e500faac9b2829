package io.linksocks.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClusterOptionsTest {
    @Test
    void theAddressAloneDecidesOnTls() {
        List<URI> plain = List.of(URI.create("http://a:2379"), URI.create("http://[::1]:1"));
        List<URI> secure = List.of(URI.create("https://a:2379"), URI.create("https://[::1]:1"));
        Path authorities = Path.of("authorities.pem");
        assertEquals(plain, ClusterOptions.of("etcd://a,[::1]:1/home").endpoints());
        assertEquals(plain, ClusterOptions.of("etcd://a,[::1]:1/home").withAuthorities(authorities).endpoints());
        assertEquals(secure, ClusterOptions.of("https://a,[::1]:1/home").endpoints());
        assertEquals(secure, ClusterOptions.of("https://a,[::1]:1/home").withAuthorities(authorities).endpoints());
    }
}
