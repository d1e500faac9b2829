package io.linksocks.client;

import io.linksocks.util.Endpoint;
import io.linksocks.util.Reason;
import io.linksocks.websocket.Redirect;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Finds out whether a client would work, and if not, why: takes the way to the server step by step, from the look-up of its
 * name to a request through the tunnel. It opens no SOCKS port and serves no requests as a provider.
 */
public final class ConnectionCheck {
    private final ClientOptions options;

    ConnectionCheck(ClientOptions options) {
        this.options = options;
    }

    /**
     * Checks the servers one after the other; each takes seconds, and not more than two minutes.
     *
     * @param report gets each step, on the calling thread
     * @return whether no step of any server failed
     */
    public boolean run(Consumer<CheckStep> report) {
        boolean good = true;
        for (URI url : options.reach().urls()) {
            good &= new Server(options, url, report).run();
        }
        return good;
    }

    /** The result of a step. */
    record Found(CheckStep.Outcome outcome, String text) {
        static Found of(String text) {
            return new Found(CheckStep.Outcome.OK, text);
        }

        /** The step does not apply. */
        static Found nothing(String why) {
            return new Found(CheckStep.Outcome.SKIPPED, why);
        }
    }

    private interface Probe {
        Found run() throws IOException;
    }

    /** The check of one server. After a step that fails, all others are skipped. */
    private static final class Server {
        private final ClientOptions options;
        private final Consumer<CheckStep> report;
        private final LoginCheck login;
        private final TunnelCheck tunnel;
        private final UpgradeCheck upgrade;
        private URI url;
        private CheckedRoute route;
        private boolean failed;

        Server(ClientOptions options, URI url, Consumer<CheckStep> report) {
            this.options = options;
            this.url = url;
            this.report = report;
            this.login = new LoginCheck(options, url);
            this.tunnel = new TunnelCheck(options, url);
            this.upgrade = new UpgradeCheck(options, url);
        }

        boolean run() {
            checkRoute();
            for (int redirects = 0; !failed && upgrade.next() != null && redirects < Redirect.MOST; redirects++) {
                url = upgrade.next();
                checkRoute();
            }
            if (!failed && upgrade.next() != null) {
                step("redirects", Server::refuseMoreRedirects);
            }
            step("clock", () -> upgrade.compareClocks(url, route));
            step("auth", login::authenticate);
            step("extensions", login::listExtensions);
            step("round trip", login::ping);
            login.close();
            step("tunnel", tunnel::connect);
            step("throughput", tunnel::measure);
            tunnel.close();
            return !failed;
        }

        private static Found refuseMoreRedirects() throws HintedException {
            throw new HintedException("more than " + Redirect.MOST + " redirects in a row",
                    "the redirects form a circle: use the address that they should lead to");
        }

        /** Runs again after each redirect. */
        private void checkRoute() {
            route = new CheckedRoute(url, options.reach().tls(), options.reach().proxies());
            step("url", () -> Found.of(description()));
            step("proxy", this::chooseProxy);
            step("dns", () -> Found.of(route.resolve()));
            step("tcp", () -> Found.of(route.connect()));
            step("tls", () -> route.isSecure() ? Found.of(route.shakeHands()) : Found.nothing("ws:// is not encrypted"));
            step("upgrade", () -> Found.of(upgrade.ask(url, route)));
        }

        private String description() throws HintedException {
            try {
                options.reach().tls().context();
            } catch (IOException e) {
                throw new HintedException(e.getMessage(), "name a file with certificates in PEM form with ca(...)");
            }
            return route.server() + " by " + url.getScheme() + ", as a " + (options.provider() ? "provider" : "client")
                    + (ServerUrl.authenticatesByQuery(url)
                    ? "; the hash of the token is in the URL" : "; the token is in the first message");
        }

        private Found chooseProxy() throws HintedException {
            Endpoint proxy = route.chooseProxy();
            return proxy == null ? Found.nothing("none is set for this server") : Found.of(proxy.toString());
        }

        private void step(String name, Probe probe) {
            if (failed) {
                report.accept(CheckStep.builder().name(name).outcome(CheckStep.Outcome.SKIPPED)
                        .finding("because of the failure above").build());
                return;
            }
            long began = System.nanoTime();
            Found found;
            String hint = "";
            try {
                found = probe.run();
            } catch (HintedException e) {
                found = new Found(CheckStep.Outcome.FAILED, e.getMessage());
                hint = e.hint();
            } catch (IOException e) {
                found = new Found(CheckStep.Outcome.FAILED, Reason.of(e));
                hint = "try again, and ask the server's owner if it fails again";
            }
            failed = found.outcome() == CheckStep.Outcome.FAILED;
            report.accept(CheckStep.builder().name(name).outcome(found.outcome()).finding(found.text()).hint(hint)
                    .time(Duration.ofNanos(System.nanoTime() - began)).build());
        }
    }
}
