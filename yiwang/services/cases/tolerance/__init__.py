"""容缺受理 and 告知承诺: what may come later, what a promise may stand for, and what follows when it is not kept.

优化营商环境条例（国令722）第四十四条 lets a promise stand for a proof; 广东省优化营商环境条例 第三十二条 accepts an
application whose main materials are there and tells once what to add and by when, 第三十六条 has the list published, the
applicant choose, and the promise checked afterwards and recorded. Which items, how many days and what a broken promise
means are a published list (``packs/*/tolerance``).
"""
