"""The pages as they are read: every link leads somewhere, every page is listed, the translation has the same commands."""

import re
from itertools import zip_longest
from urllib.parse import unquote

from processes import ROOT
from stage import expect

_README = ROOT / "README.md"
_CHINESE = ROOT / "docs" / "README.zh.md"
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_FENCED = re.compile(r"(?ms)^```.*?^```$")


def _pages():
    return [_README, ROOT / "bench" / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def _anchors(page):
    """Those that GitHub gives to headings."""
    headings = re.findall(r"(?m)^#+ (.*)$", _FENCED.sub("", page.read_text()))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def _leads_somewhere(page, link):
    path, _, anchor = unquote(link).partition("#")
    target = (page.parent / path).resolve() if path else page
    return target.exists() and (not anchor or anchor in _anchors(target))


def links_lead_somewhere(_):
    broken = [f"{page.relative_to(ROOT)}: {link}" for page in _pages() for link in _LINK.findall(page.read_text())
              if "://" not in link and not _leads_somewhere(page, link)]
    expect(not broken, f"broken links: {broken}")


def readme_lists_all(_):
    for readme in _README, _CHINESE:
        linked = {(readme.parent / link).resolve() for link in _LINK.findall(readme.read_text())}
        missing = [str(page.relative_to(ROOT)) for page in _pages() if page != readme and page not in linked]
        expect(not missing, f"{readme.relative_to(ROOT)} should lead to {missing}")


def _blocks(page):
    """Indented ones, and those between fences."""
    text = page.read_text()
    return re.findall(r"(?m)^    .*$", text) + _FENCED.findall(text)


def _names(page):
    """What stands between backticks."""
    return {" ".join(name.split()) for name in re.findall(r"`([^`]+)`", _FENCED.sub("", page.read_text()))}


def translation_is_true(_):
    changed = [pair for pair in zip_longest(_blocks(_README), _blocks(_CHINESE)) if len(set(pair)) > 1]
    expect(not changed, f"here and there: {changed[:3]}")
    differences = _names(_README) ^ _names(_CHINESE)
    expect(not differences, f"in one of both only: {differences}")


CHECKS = {"links": links_lead_somewhere, "list of pages": readme_lists_all, "translation": translation_is_true}
