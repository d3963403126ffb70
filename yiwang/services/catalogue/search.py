"""Finding an item by a citizen's own words: one statement over one index, ranked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from yiwang.kernel.chinese import normal
from yiwang.services.catalogue import tokens
from yiwang.services.catalogue.models import Item, Synonym

LONGEST_QUERY = 60  # characters of a query that count
CANDIDATES = 400  # how many of the index's answers are scored closely
RELEVANT = 0.45  # share of the best score below which an answer is noise

# `said`: what the synonyms make of the words, the first term of a phrase counting most, longer phrases more.
# `found`: candidates from the index alone. The outer score is coverage of the query, then exactness, then stage.
SEARCH = """
with said as materialized (
    select term.query::tsquery as query,
           (0.6 + 0.4 * char_length(s.phrase)::float / greatest(char_length(%(text)s::text), 1)) / sqrt(term.ordinal)
             as worth
    from catalogue_synonym s cross join lateral unnest(s.queries) with ordinality as term (query, ordinal)
    where s.phrase = any(%(phrases)s::text[]) or (s.initials = %(initials)s::text and s.initials <> '')
), asked as materialized (
    select coalesce(nullif(string_agg(part, ' | '), ''), '')::tsquery as query
    from (select '(' || query::text || ')' as part from said
          union all select %(any)s::text where %(any)s::text <> '') as parts
), found as (
    select i.id, i.code, i.name, i.main_name, i.type, i.organ_id, i.stage_rank, i.words, i.initials,
           char_length(split_part(i.initials, ' ', 1)) as length,
           ts_rank('{0.1,0.2,0.4,1.0}', i.words, asked.query, 1)
             + case when exists (select 1 from said where i.words @@ said.query) then 1 else 0 end as rough
    from asked join catalogue_item i on i.words @@ asked.query
    where coalesce((select c.state from catalogue_item_change c
                    where c.item_id = i.id and c.applied_at is null and c.from_on <= %(on)s::date), i.state) = 'in-use'
    order by rough desc, i.id limit %(candidates)s
), scored as (
    select found.*,
           coalesce((select max(said.worth) from said where found.words @@ said.query), 0) * 1.5
           + case when cardinality(%(said_words)s::text[]) = 0 then 1.2 else 0.5 end
             * (select count(*) from unnest(%(grams)s::text[]) as gram where found.words @@ gram::tsquery)::float
             / greatest(cardinality(%(grams)s::text[]), 1)
           + 0.7 * (select count(*) from unnest(%(said_words)s::text[]) as word where found.words @@ word::tsquery)::float
             / greatest(cardinality(%(said_words)s::text[]), 1)
           + 0.2 * ts_rank('{0,0.1,0,1.0}', found.words, asked.query, 1)
           + case when %(text)s::text <> '' and position(%(text)s::text in lower(found.name)) > 0 then 0.3 else 0 end
           + case when %(initials)s::text <> '' and (' ' || found.initials) like '%% ' || %(initials)s::text || '%%'
                  then 0.3 else 0 end
           + 0.2 * least(char_length(%(text)s::text)::float / greatest(found.length, 1), 1)
           + case when %(stage)s::int is null then -0.05 * found.stage_rank
                  when found.stage_rank = %(stage)s::int then 0.25
                  else -0.02 * abs(found.stage_rank - %(stage)s::int) end
           + case when exists (select 1 from catalogue_guide g where g.item_id = found.id and g.state = 'published'
                               and g.in_force @> %(on)s::date) then 0.05 else 0 end as score
    from found cross join asked
), kept as (
    select scored.*, max(score) over () as best from scored
)
select id, code, name, main_name, type, organ_id, score, count(*) over () as total
from kept where score >= best * %(relevant)s
order by score desc, length, id
limit %(limit)s offset %(offset)s
"""


@dataclass(frozen=True, slots=True)
class Hit:
    """One answer. ``score`` only compares answers to the same question."""

    item_id: int
    code: str
    name: str
    main_name: str
    type: str
    organ_id: int
    score: float


@dataclass(frozen=True, slots=True)
class Hits:
    """A page of answers, best first, and how many there are in all."""

    text: str
    hits: Sequence[Hit]
    total: int


def search(text: str, *, on: date, limit: int = 20, offset: int = 0) -> Hits:
    """Items in use that answer a citizen's words, best first. One statement; an empty text finds nothing.

    Understands the list's own words, colloquial phrases (synonym register), pinyin initials and full pinyin; forgives
    homophones and a wrong or missing character. First issue ranks before change, renewal, replacement and closing
    unless the words name a stage.
    """
    said = normal(text)[:LONGEST_QUERY]
    if not said:
        return Hits(text, (), 0)
    with connection.cursor() as cursor:
        cursor.execute(SEARCH, parameters(said, on=on, limit=limit, offset=offset))
        rows = cursor.fetchall()
    return Hits(text, tuple(Hit(*row[:7]) for row in rows), rows[0][7] if rows else 0)


def parameters(said: str, *, on: date, limit: int, offset: int) -> dict[str, Any]:
    """What ``SEARCH`` is given for a normalised query."""
    meant = tokens.meaning(said)
    grams = tokens.grams(meant)
    return {
        "text": meant,
        "phrases": tokens.substrings(said) or [said],
        "any": " | ".join(grams),
        "grams": grams,
        "said_words": tokens.query_words(meant),
        "initials": meant if meant.isascii() and meant.isalpha() else "",
        "stage": tokens.asked_stage(said),
        "on": on,
        "candidates": CANDIDATES,
        "relevant": RELEVANT,
        "limit": min(max(limit, 1), 200),
        "offset": min(max(offset, 0), CANDIDATES),
    }


def index(items: Iterable[Item]) -> int:
    """Write the search columns of these items; one statement. Answers how many were written."""
    rows = [
        (
            item.pk,
            tokens.vector(item.name, item.main_name),
            tokens.name_initials(item.name),
            tokens.stage_rank(item.name),
        )
        for item in items
    ]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(
                """update catalogue_item i
                   set words = u.words::tsvector, initials = left(u.initials, 500), stage_rank = u.rank
                   from unnest(%s::bigint[], %s::text[], %s::text[], %s::int[]) as u (id, words, initials, rank)
                   where i.id = u.id""",
                [list(column) for column in zip(*rows, strict=True)],
            )
    return len(rows)


def index_synonyms(synonyms: Iterable[Synonym]) -> list[Synonym]:
    """Prepare the queries of these phrases (normalised) before they are stored."""
    prepared = []
    for synonym in synonyms:
        synonym.phrase = normal(synonym.phrase)
        synonym.initials = tokens.initials(synonym.phrase)
        synonym.queries = [tokens.all_of(term) for term in synonym.terms]
        prepared.append(synonym)
    return prepared
