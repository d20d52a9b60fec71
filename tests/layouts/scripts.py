"""Sentences with figures in languages and scripts other than English, made as the English ones are."""

# ruff: noqa: E501  (sentences read best as they stand, and their signs are meant)

from __future__ import annotations

from random import Random

FORMS = {
    "ar": (
        "في العام الماضي دربت الوزارة {n} موظفا في المدن الساحلية، ثم نشرت دليلا جديدا لكل من يريد أن يتعلم.",
        "أنفق المجلس {m} مليون دينار على الخدمات الرقمية، ولم يلاحظ كثير من الناس حجم العمل الذي تم.",
        "شارك في اللقاء {n} شخصا من {k} بلدان، وقال المنظمون إن الباب مفتوح لمن يسأل.",
    ),
    "zh": (
        "去年该市开通了{n}项在线服务，并培训了来自{k}个部门的工作人员，市民可以随时查询办理进度。",
        "委员会为此拨款{m}万元，很少有人注意到其中的工作量，我们将在下一篇文章中继续说明。",
        "会议吸引了{n}名代表参加，大家讨论了如何让小城镇也能使用同样的登记系统。",
    ),
    "pt": (
        "No ano passado a secretaria formou {n} servidores nas cidades do litoral e publicou um guia aberto a quem quiser aprender.",
        "O conselho gastou {m} milhões em serviços digitais, e pouca gente notou quanto trabalho isso deu.",
        "Participaram do encontro {n} pessoas de {k} municípios, e a porta continua aberta para quem pergunta.",
    ),
    "ja": (
        "昨年、市は{n}件の手続きをオンラインに移し、{k}つの部署の職員に研修を行いました。",
        "委員会はそのために{m}億円を使いましたが、作業の大きさに気づいた人はわずかでした。",
        "会合には{n}人が集まり、小さな町でも同じ登録簿を使える方法について話し合いました。",
    ),
    "ru": (
        "За прошлый год министерство обучило {n} сотрудников в прибрежных городах и издало открытое руководство для всех желающих.",
        "Совет потратил {m} миллиона на цифровые услуги, и мало кто заметил, сколько труда это стоило.",
        "На встречу пришли {n} человек из {k} районов, и двери по-прежнему открыты для тех, кто спрашивает.",
    ),
}


def foreign(rng: Random, language: str, number: int) -> list[str]:
    """So many paragraphs of two sentences in a language."""
    joint = "" if language in {"zh", "ja"} else " "
    return [
        joint.join(
            form.format(n=rng.randrange(20, 9_000), m=rng.randrange(2, 900), k=rng.randrange(2, 30))
            for form in rng.sample(FORMS[language], 2)
        )
        for _ in range(number)
    ]
