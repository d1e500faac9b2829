# Thin names for Maven and for the scripts around the jar.
JAR     := target/linksocks.jar
IMAGE   := target/image
JDK     := .ci/with-jdk
MVN     := $(JDK) $(shell command -v mvn >/dev/null 2>&1 && echo mvn || echo ./mvnw) -B -ntp
PYTHON  ?= python3
MINUTES ?= 10
PREFIX  ?= /usr/local
# What npm writes last.
NODE_MODULES := src/test/browser/node_modules/.package-lock.json
SOURCES := $(shell find src/main -type f)

BENCH   := $(MVN) -q -Pbench test-compile exec:exec

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test jar image install uninstall docs fuzz conformance interop smoke browser soak bench bench-check clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

run: jar ## build, then start a server and a client on loopback that stay up, and print a curl line to try
	@exec $(JDK) java -jar $(JAR) demo

test: ## unit and end-to-end tests
	$(MVN) verify

jar: $(JAR) ## target/linksocks.jar, without running the tests

$(JAR): pom.xml $(SOURCES)
	$(MVN) -q package -Dmaven.test.skip=true
	@touch $@

image: $(IMAGE)/bin/linksocks ## target/image, which runs where there is no Java (docs/operations.md)

$(IMAGE)/bin/linksocks: $(JAR) $(addprefix src/packaging/,image linksocks Training.java)
	$(JDK) src/packaging/image $(JAR) $(IMAGE)
	@touch $@

install: image ## the image, manual, completions and service below PREFIX (/usr/local), in DESTDIR if that is set
	src/packaging/install $(IMAGE) "$(DESTDIR)" "$(PREFIX)"

uninstall: ## take away what make install put there, with the same PREFIX and DESTDIR
	src/packaging/install --remove "$(DESTDIR)" "$(PREFIX)"

fuzz: ## hostile input for every parser, SECONDS each (20); TARGET, SEED and INPUT narrow it down (docs/contributing.md)
	$(MVN) -q test-compile exec:exec -Dfuzz.args="seconds=$(SECONDS) target=$(TARGET) seed=$(SEED) input=$(INPUT)"

docs: ## describe the library's API in target/reports/apidocs; a warning is an error
	$(MVN) -q compile javadoc:javadoc

conformance: ## both our ends of a WebSocket against the Autobahn test suite (RFC 6455); needs Python 2.7 as well
	$(MVN) -q test-compile
	$(JDK) $(PYTHON) src/test/conformance/conformance.py

interop: jar ## our jar against the reference implementation and other SOCKS clients, as live processes
	$(JDK) $(PYTHON) src/test/interop/interop.py

smoke: jar image ## jar and image as a stranger would use them, the jar also on a Java 21 runtime and behind nginx
	$(JDK) $(PYTHON) src/test/smoke/smoke.py

browser: jar $(NODE_MODULES) ## the dashboard in headless Chromium, click by click; needs Node 20 and npm
	$(JDK) node --test-reporter=spec src/test/browser/dashboard.test.js

$(NODE_MODULES): src/test/browser/package-lock.json
	npm ci --prefix src/test/browser --silent --no-audit --no-fund --fetch-retries 5
	@touch $@

soak: jar ## chaos for MINUTES (10): cuts, stalls, kills, 500 clients that come and go; then looks for leaks
	$(JDK) $(PYTHON) src/test/soak/soak.py --minutes $(MINUTES)

bench: ## JMH benchmarks, all of them (ten minutes); ARGS are passed on, e.g. make bench ARGS=Frame
	$(BENCH) -Dbench.args="$(ARGS)"

bench-check: ## a minute of benchmarks, compared with bench/baseline.json: none may be slower or allocate more
	$(PYTHON) bench/check.py -- $(BENCH)

clean: ## delete target/
	rm -rf target
