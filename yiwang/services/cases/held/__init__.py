"""Materials the government holds: shown as already there, and asked for only on a lawful ground.

Founded in 国务院关于在线政务服务的若干规定 第七条 (what can be had by sharing is not asked for again). Every way into a
case passes ``rules.refuse_asking``: ``open_case`` for what is handed in, the guard of the correction notice for what is
asked for later; the tables refuse a row without a ground besides.
"""
