"""The catalogue: powers (权责清单), service items apart from them, and the guide of each item, versioned and in force by day.

Items come in by import under a stated mapping, nothing silently dropped. A guide names situations, forms, materials with
where each comes from, chain of approval, limits, fees and results, and passes a gate before it is published: a promise
longer than the law allows, a material or fee without basis, an article that does not exist are refused. Founded in
行政许可法 第三十条, 国令716 第六条 and 国令722 第三十六条; elements as GB/T 39046-2020.
"""
