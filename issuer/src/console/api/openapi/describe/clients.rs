//! Routes of people and of clients.

use super::{
    ApiRoute, Code, Described, Form, JSON, LIMIT, NUMBER, Parameter, VERSION, in_path, in_query, reading,
    step, wanted,
};

pub(super) const fn of_clients(route: ApiRoute) -> Described {
    match route {
        ApiRoute::People => {
            let answer = ("everybody", JSON, "People");
            reading("listPeople", "人员与权限 People, roles and mandates", &[], answer)
        }
        ApiRoute::KeepPeople => Described {
            parameters: &[],
            answer: (200, "everybody, after this act", JSON, "People"),
            ..step(
                "keepPeople",
                "人员与权限 Puts something on record about people, roles or mandates",
                "PeopleAct",
            )
        },
        ApiRoute::Contact => {
            const USCC: Parameter = in_path(
                "uscc",
                "统一社会信用代码 unified social credit code",
                Form::Pattern("^[0-9A-Z]{18}$"),
            );
            let answer = ("how it is reached", JSON, "Contact");
            reading("readContact", "联系人 How a client is reached", &[USCC], answer)
        }
        ApiRoute::KeepContact => Described {
            parameters: &[],
            answer: (200, "how it is reached from now on", JSON, "Contact"),
            ..step(
                "keepContact",
                "联系人 Puts on record how a client is reached",
                "Contact",
            )
        },
        ApiRoute::Notices => {
            const STATE: Parameter = in_query(
                "state",
                "those in this state",
                Form::Words(&["waiting", "sent", "dead"]),
            );
            let answer = ("notices", JSON, "Notices");
            let summary = "通知 Notices to clients, the newest first";
            reading("listNotices", summary, &[STATE, LIMIT], answer)
        }
        ApiRoute::RetryNotice => {
            const NOTICE: Parameter = in_path("number", "number of the notice", Form::Whole);
            Described {
                parameters: &[NOTICE],
                answer: (200, "it waits", JSON, "Retried"),
                ..step(
                    "retryNotice",
                    "重发通知 Puts a notice that was given up back into the queue",
                    "Nothing",
                )
            }
        }
        ApiRoute::Links => {
            let answer = ("the links", JSON, "Links");
            let summary = "下载链接 Links made for the client of a certificate, and which were used";
            reading("listLinks", summary, &[NUMBER, VERSION], answer)
        }
        _ => {
            const NAME: Parameter = wanted(
                "name",
                "the file's name",
                Form::Pattern("^[A-Za-z0-9._-]{1,200}$"),
            );
            const DAYS: Parameter = in_query(
                "days",
                "for how long it works: 1 to 30, 14 when absent",
                Form::Whole,
            );
            Described {
                parameters: &[NUMBER, NAME, DAYS, VERSION],
                body: Some(("application/octet-stream", "Anything")),
                answer: (201, "the link; where it leads is told once", JSON, "Link"),
                problems: &[Code::MediaType],
                ..step(
                    "makeLink",
                    "下载链接 Makes a link to a file for the client, which works once",
                    "Anything",
                )
            }
        }
    }
}
