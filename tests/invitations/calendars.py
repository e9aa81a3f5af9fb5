"""Emails with which calendars answer an invitation, as Google, Outlook and Apple write them."""

from __future__ import annotations

from base64 import encodebytes
from itertools import count

_ids = count(1)


def google(to: str, uid: str, status: str = "ACCEPTED", *, sequence: int = 0, stamp: str = "20260310T171500Z") -> bytes:
    """Return an answer of Google Calendar: as a part and as a file, marked as automatic."""
    calendar = (
        "BEGIN:VCALENDAR\r\nPRODID:-//Google Inc//Google Calendar 70.9054//EN\r\nVERSION:2.0\r\nCALSCALE:GREGORIAN\r\n"
        "METHOD:REPLY\r\nBEGIN:VEVENT\r\nDTSTART:20260313T000000Z\r\nDTEND:20260313T004500Z\r\n"
        f"DTSTAMP:{stamp}\r\nORGANIZER;CN=Anna Reyes:mailto:{to}\r\nUID:{uid}\r\n"
        f"ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT={status};CN=zhou@ex\r\n"
        " ample.cn;X-NUM-GUESTS=0:mailto:zhou@example.cn\r\nCREATED:20260310T170000Z\r\n"
        "DESCRIPTION:Please bring the samples.\r\nLAST-MODIFIED:20260310T171500Z\r\nLOCATION:Room 4\r\n"
        f"SEQUENCE:{sequence}\r\nSTATUS:CONFIRMED\r\nSUMMARY:Price\\; samples\r\nTRANSP:OPAQUE\r\n"
        "END:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    file = encodebytes(calendar.encode()).decode().replace("\n", "\r\n")
    return (
        "From: Zhou Limin <zhou@example.cn>\r\nSender: Google Calendar <calendar-notification@google.com>\r\n"
        f"To: {to}\r\nMessage-ID: <calendar-{next(_ids)}@google.com>\r\nAuto-Submitted: auto-generated\r\n"
        "Date: Tue, 10 Mar 2026 17:15:00 +0000\r\nMIME-Version: 1.0\r\n"
        "Subject: Accepted: Price; samples @ Fri Mar 13, 2026 8am - 8:45am (CST) (Anna Reyes)\r\n"
        'Content-Type: multipart/mixed; boundary="out"\r\n\r\n--out\r\n'
        'Content-Type: multipart/alternative; boundary="in"\r\n\r\n'
        '--in\r\nContent-Type: text/plain; charset="UTF-8"\r\n\r\nZhou Limin has accepted this invitation.\r\n'
        '--in\r\nContent-Type: text/html; charset="UTF-8"\r\n\r\n<p>Zhou Limin has accepted this invitation.</p>\r\n'
        f'--in\r\nContent-Type: text/calendar; charset="UTF-8"; method=REPLY\r\n\r\n{calendar}\r\n--in--\r\n'
        '--out\r\nContent-Type: application/ics; name="invite.ics"\r\nContent-Transfer-Encoding: base64\r\n'
        f'Content-Disposition: attachment; filename="invite.ics"\r\n\r\n{file}\r\n--out--\r\n'
    ).encode()


def outlook(to: str, uid: str, status: str = "DECLINED", *, method: str = "REPLY", comment: str = "") -> bytes:
    """Return an answer of Outlook with Exchange: in base64, with its own time zones; COUNTER proposes Monday 10 AM."""
    times = "20260316T100000", "20260316T104500"
    if method == "REPLY":
        times = "20260313T080000", "20260313T084500"
    calendar = (
        f"BEGIN:VCALENDAR\r\nMETHOD:{method}\r\nPRODID:Microsoft Exchange Server 2010\r\nVERSION:2.0\r\n"
        "BEGIN:VTIMEZONE\r\nTZID:China Standard Time\r\nBEGIN:STANDARD\r\nDTSTART:16010101T000000\r\n"
        "TZOFFSETFROM:+0800\r\nTZOFFSETTO:+0800\r\nEND:STANDARD\r\nBEGIN:DAYLIGHT\r\nDTSTART:16010101T000000\r\n"
        "TZOFFSETFROM:+0800\r\nTZOFFSETTO:+0800\r\nEND:DAYLIGHT\r\nEND:VTIMEZONE\r\nBEGIN:VEVENT\r\n"
        f"ATTENDEE;PARTSTAT={status};CN=Zhou Limin:MAILTO:Zhou@Example.cn\r\n"
        f"COMMENT;LANGUAGE=zh-CN:{comment}\\n\r\nUID:{uid}\r\nSUMMARY;LANGUAGE=en-US:Declined: Price\\; samples\r\n"
        f"DTSTART;TZID=China Standard Time:{times[0]}\r\nDTEND;TZID=China Standard Time:{times[1]}\r\n"
        "CLASS:PUBLIC\r\nPRIORITY:5\r\nDTSTAMP:20260310T172000Z\r\nTRANSP:OPAQUE\r\nSTATUS:CONFIRMED\r\n"
        "SEQUENCE:0\r\nLOCATION;LANGUAGE=en-US:Room 4\r\nX-MICROSOFT-CDO-APPT-SEQUENCE:0\r\n"
        "X-MICROSOFT-CDO-OWNERAPPTID:0\r\nX-MICROSOFT-CDO-BUSYSTATUS:BUSY\r\nX-MICROSOFT-CDO-INTENDEDSTATUS:BUSY\r\n"
        "X-MICROSOFT-CDO-ALLDAYEVENT:FALSE\r\nX-MICROSOFT-CDO-IMPORTANCE:1\r\nX-MICROSOFT-CDO-INSTTYPE:0\r\n"
        "END:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    file = encodebytes(calendar.encode()).decode().replace("\n", "\r\n")
    return (
        f"From: Zhou Limin <Zhou@Example.cn>\r\nTo: Anna Reyes <{to}>\r\nMessage-ID: <{next(_ids)}@outlook.example>\r\n"
        "Subject: Declined: Price; samples\r\nDate: Tue, 10 Mar 2026 17:20:00 +0000\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/alternative; boundary="_000_"\r\n\r\n'
        '--_000_\r\nContent-Type: text/plain; charset="gb2312"\r\nContent-Transfer-Encoding: base64\r\n\r\nDQo=\r\n'
        '--_000_\r\nContent-Type: text/calendar; charset="utf-8"; method=REPLY\r\n'
        f"Content-Transfer-Encoding: base64\r\n\r\n{file}\r\n--_000_--\r\n"
    ).encode()


def apple(to: str, uid: str, status: str = "TENTATIVE", *, stamp: str = "20260310T173000Z") -> bytes:
    """Return an answer of iCloud: from an address of Apple, the attendee as an account with the address beside it."""
    calendar = (
        "BEGIN:VCALENDAR\r\nCALSCALE:GREGORIAN\r\nPRODID:-//Apple Inc.//macOS 14.2//EN\r\nMETHOD:REPLY\r\n"
        "VERSION:2.0\r\nBEGIN:VEVENT\r\nATTENDEE;CN=周立民;CUTYPE=INDIVIDUAL;EMAIL=zhou@example.cn;\r\n"
        f" PARTSTAT={status};ROLE=REQ-PARTICIPANT:/aMTIzNDU2Nzg5/principal/\r\n"
        f"DTEND:20260313T004500Z\r\nDTSTAMP:{stamp}\r\nDTSTART:20260313T000000Z\r\n"
        f"ORGANIZER;CN=Anna Reyes:mailto:{to}\r\nSEQUENCE:0\r\nSUMMARY:Price\\; samples\r\nUID:{uid}\r\n"
        "END:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    return (
        "From: =?UTF-8?B?5ZGo56uL5rCR?= <noreply@insideicloud.icloud.example>\r\n"
        f"Reply-To: zhou@example.cn\r\nTo: {to}\r\nMessage-ID: <{next(_ids)}@icloud.example>\r\nMIME-Version: 1.0\r\n"
        "Subject: =?UTF-8?B?5pqC5a6a?=\r\nDate: Tue, 10 Mar 2026 17:30:00 +0000\r\n"
        'Content-Type: multipart/mixed; boundary="Apple"\r\n\r\n'
        '--Apple\r\nContent-Type: text/plain; charset="UTF-8"\r\n\r\n周立民\r\n'
        '--Apple\r\nContent-Type: text/calendar; charset="UTF-8"; method=REPLY; name="iCal.ics"\r\n'
        f'Content-Disposition: attachment; filename="iCal.ics"\r\n\r\n{calendar}\r\n--Apple--\r\n'
    ).encode()
