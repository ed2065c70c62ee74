"""What templates call the parts of a page that are not its article: words of class and id names."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

# Names are read word by word: `newsletterForm-inbody` is "newsletter form inbody". Words of a phrase follow one another; `^`
# and `$` hold the ends of a name. Left out on purpose, for bodies stand in them too: paywall, premium, gallery, teaser, box.
_NAMES: Final = """
    newsletter, newsletters, newsletterbox, subscribe, subscription, signup, sign up, regwall, registration form, login form,
    mailing list, mailchimp, mc embed, paywall message, paywall banner, paywall overlay, paywall prompt, paywall form, account paywall,
    ^related, related$, related post, related posts, related article, related articles, related story, related stories,
    related link, related links, related topic, related topics, related item, related items, related video, related videos,
    related news, related content, relatedpost, relatedposts, relatedarticle, relatedarticles, relatedcontent, relatedstories,
    ^read more$, ^readmore$, ^more on$, more about, more news, more stories, more articles, more from, also read, read also,
    read next, see also, you may, may also, might also, nextstory, next story, next post, next article, prev next,
    post navigation, nav links, recommended, recommendation, recommendations, recirc, recirculation, most read, most popular,
    most viewed, most shared, mostread, popular posts, trending, inline teaser, teaser list, teaser box, teaser block,
    article teaser, link list, linklist, link box, linkbox, outbrain, taboola, plista, nativendo, rp4wp, yarpp, wp rp,
    jp relatedposts, wp embedded content,
    sharedaddy, sd block, sd title, share, shares, sharing, socialshare, addtoany, social link, social links, social media,
    social icon, social icons, social bar, social buttons, follow us, likes widget, rating, ratings,
    ^comment, ^comments, comment form, comment list, comment item, comment section, comment thread, comments area,
    comments section, comments list, commentlist, disqus, respond, kommentare, leserkommentar, leserkommentare, comentarios,
    commentaires,
    author bio, author box, author info, author card, author profile, author description, author position, author biography,
    author meta, author details, author about, authorbox, authorinfo, authorbio, about author, about the author, entry author,
    report author, autorenbox, autoren box, autor box, bio box,
    ^toc$, toc container, toc list, toc title, toc wrapper, ez toc, table of contents, tableofcontents, inhaltsverzeichnis,
    breadcrumb, breadcrumbs, ^tag$, ^tags$, tag links, tag list, tag cloud, tagcloud, post tags, article tags, pagination, pager,
    cookie, cookies, consent, gdpr, borlabs, borlabscookie, popup, popups, popmake, pum overlay, pum container, ^modal$,
    modal content, modal body, modal dialog, modal window, screen reader text, visually hidden, sr only, noprint, no print,
    print only,
    ^ad slot, ad container, ad wrapper, ad label, ad unit, advert, adverts, advertisement, advertisements, advertising, anzeige,
    werbung, publicidad, publicite, sponsored, affiliate, disclosure, disclosures, disclaimer, promo, promobox, call to action,
    caption, captions, figcaption, photo credit, photo credits, image credit, image credits, picture credit, photocredit,
    imagecredit, image annotation, image description, image copyright, bildunterschrift, bildnachweis, bildtext, didascalia, dida,
    reading time, read time, readingtime, readtime, time to read,
    donate, donation, donations, patreon, site footer, ^footer$, ^sidebar, sidebar$, ^navbar$, nav menu, loading placeholder
"""
# What the first paragraph is called where it stands apart; `^…$`: the whole name.
_LEADS: Final = """
    ^lead$, ^lede$, ^dek$, ^deck$, ^intro$, ^teaser$, ^abstract$, ^excerpt$, ^standfirst$, ^chapo$, ^vorspann$, ^ingress$, ^manchet$, ^bajada$,
    ^entradilla$, ^sommario$, ^preface$, ^anleser$, article lead, article lede, article deck, article dek, article intro, article teaser,
    article excerpt, article abstract, article summary, article preface, article standfirst, article chapo, article subtitle,
    article subheadline, article subhead, article description, article leadtext, entry excerpt, entry summary, entry lead,
    post excerpt, post intro, news teaser, news lead, news intro, news description, news abstract, teaser text, intro text,
    lead text, lead paragraph, text lead, text intro, text teaser, story lead, story intro, story deck, story summary, content intro, content lead,
    page intro, hero text, header lead, header excerpt, header intro, field abstract, field summary, field teaser, field lead, standfirst,
    vorspann, vorspanntext, subheadline, teasertext, introtext, leadtext, ts intro, af chapo
"""
_CREDITS: Final = frozenset({
    "credit", "credits", "photo credit", "image credit", "picture credit", "photocredit", "imagecredit", "copyright", "photographer",
    "image copyright", "media credit", "caption credit", "figcaption credit", "bildnachweis", "image source", "photo source", "fotograf",
})  # fmt: skip
# Phrases that say caption or credit of a picture.
CAPTIONS: Final = frozenset(
    {
        "caption",
        "captions",
        "figcaption",
        "image description",
        "image annotation",
        "bildunterschrift",
        "bildtext",
        "didascalia",
        "dida",
    }
)
_CAMEL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_BREAK: Final = re.compile(r"[^a-z0-9]+")
_PHRASES: Final = frozenset(" ".join(phrase.split()) for phrase in _NAMES.split(","))
_LEAD_PHRASES: Final = frozenset(" ".join(phrase.split()) for phrase in _LEADS.split(","))
_LONGEST: Final = max(phrase.count(" ") for phrase in _PHRASES) + 1
_BARE: Final = frozenset(phrase.strip("^$") for phrase in _PHRASES)
_BOXES: Final = frozenset({"container", "wrapper", "box", "section", "area", "block", "list", "form", "widget"})


def furniture_by_class(names: str) -> str:
    """The phrase by which a class attribute names furniture, '' where none does.

    >>> furniture_by_class("slice newsletterForm-inbody"), furniture_by_class("story-body"), furniture_by_class("readmore-js")
    ('newsletter', '', '')
    """
    return next(filter(None, map(_by_name, names.split())), "")


def furniture_by_id(name: str) -> str:
    """The same for an id: often the anchor of a heading, so only a whole name counts, with a word for its box.

    >>> furniture_by_id("toc_container"), furniture_by_id("related-work")
    ('toc', '')
    """
    words = _words(name)
    if words and words[-1] in _BOXES:
        words = words[:-1]
    phrase = " ".join(words)
    return phrase if phrase in _BARE else ""


@lru_cache(maxsize=1 << 15)
def _by_name(name: str) -> str:
    words = _words(name)
    count = len(words)
    for start in range(count):
        for end in range(start + 1, min(count, start + _LONGEST) + 1):
            phrase = " ".join(words[start:end])
            if phrase in _BARE and _stands(phrase, first=start == 0, last=end == count):
                return phrase
    return ""


def _stands(phrase: str, *, first: bool, last: bool) -> bool:
    return (
        phrase in _PHRASES
        or (first and f"^{phrase}" in _PHRASES)
        or (last and f"{phrase}$" in _PHRASES)
        or (first and last and f"^{phrase}$" in _PHRASES)
    )


def _words(name: str) -> list[str]:
    return [word for word in _BREAK.split(_CAMEL.sub("-", name).lower()) if word]


@lru_cache(maxsize=1 << 13)
def is_lead(names: str) -> bool:
    """Whether a class attribute calls its element the article's standfirst.

    >>> is_lead("article__lead big"), is_lead("leaderboard"), is_lead("teaser-list")
    (True, False, False)
    """
    for name in names.split():
        words = _words(name)
        if f"^{' '.join(words)}$" in _LEAD_PHRASES:
            return True
        if any(" ".join(words[at : at + 2]) in _LEAD_PHRASES or words[at] in _LEAD_PHRASES for at in range(len(words))):
            return True
    return False


@lru_cache(maxsize=1 << 13)
def is_credit(names: str) -> bool:
    """Whether a class attribute names a picture's credit line."""
    return any(
        " ".join(words[at : at + size]) in _CREDITS
        for words in map(_words, names.split())
        for at in range(len(words))
        for size in (1, 2)
    )


@lru_cache(maxsize=1 << 13)
def is_byline(names: str) -> bool:
    """Whether a class attribute names the article's byline.

    >>> is_byline("article__byline"), is_byline("bylines-list")
    (True, False)
    """
    return any("byline" in words or words == ["by", "line"] for words in map(_words, names.split()))
