"""Everything that crosses a thread: commands to the register, events from devices, snapshots for the screen.

All are frozen structs of plain values and tuples. Commands carry a tag (`do`), so that one JSON object a
line is a command as well (`open-pos play`); snapshots carry a tag (`topic`), and a newer snapshot of a
topic replaces the older one. Money is in minor units, quantities in thousandths, times in UTC milliseconds.
"""

from appliance.messages.commands import (
    AbandonTicket,
    AddProduct,
    CancelTender,
    ChangeQuantity,
    ChooseReceipt,
    ClearTare,
    CloseDay,
    CountStock,
    DismissNotice,
    DismissResume,
    GiveBadge,
    KeyQuantity,
    NewSale,
    OpenDay,
    RemoveLine,
    Reprint,
    Scan,
    Search,
    SelectLine,
    SetClock,
    SetLanguage,
    ShowCategory,
    SignIn,
    SignOut,
    StartTender,
    TakeBadge,
    TareScale,
    TenderCash,
    ZeroScale,
)
from appliance.messages.events import (
    BadgeRead,
    BadgeVoided,
    DeviceChanged,
    DrawerFailed,
    DrawerMoved,
    PrintFailed,
    PrintFinished,
    ScaleSeen,
    ScaleSettled,
    ScanVoided,
    Weighed,
    WeighFailed,
)
from appliance.messages.files import FileNotWritten, FileWritten, WriteFile
from appliance.messages.first_start import (
    STEPS,
    AddOwner,
    BringBack,
    BroughtBack,
    ChooseFirstLanguage,
    ChooseServer,
    ChooseWay,
    CloseFirstStart,
    ErrandFailed,
    FilesSeen,
    FirstStartView,
    GoToStep,
    JoinNetwork,
    JoinWifi,
    LookAtNetwork,
    LookForFiles,
    NetworkJoined,
    NetworkSeen,
    NetworkView,
    OpenFirstStart,
    PassStep,
    RestoreShop,
    SeeFiles,
    SeeNetwork,
    ServerStarted,
    SkipStep,
    StandIn,
    StartServer,
    StepName,
    StickFileView,
    TakeCountry,
    TakeGoods,
    TakeShop,
    TaxTerm,
    TellCard,
    TellLocality,
    Way,
    WifiView,
)
from appliance.messages.jobs import (
    AskScale,
    Beep,
    DropSlips,
    KickDrawer,
    PrintSlip,
    SettleScale,
    ShowCustomer,
    ShownLine,
)
from appliance.messages.labels import (
    CloseLabels,
    GiveUpLabels,
    LabelRowView,
    LabelRunView,
    LabelsFailed,
    LabelsPrinted,
    LabelsStepped,
    LabelsView,
    LabelText,
    LaySheets,
    Listed,
    ListLabels,
    OpenLabels,
    PrintLabels,
    PrintLabelTexts,
    SaveLabels,
    Sheet,
    StopLabels,
    TickLabels,
)
from appliance.messages.mirror import (
    Applicant,
    CloseServer,
    EntriesCame,
    EntriesTaken,
    EntryValues,
    FindServers,
    ForgetServer,
    FoundServerView,
    HistoriesPart,
    LookForServers,
    MirrorChanged,
    MirrorState,
    OpenServer,
    PairByCode,
    PairingStepped,
    PairNow,
    ServerForgotten,
    ServerPaired,
    ServersFound,
    ServerView,
    ShipEntries,
    UnpairNow,
)
from appliance.messages.own_data import (
    OwnBadgeView,
    OwnDataView,
    OwnLeaveView,
    OwnRateView,
    OwnShiftView,
)
from appliance.messages.own_time import (
    CloseHours,
    CorrectionView,
    EarlyView,
    HoursView,
    JobView,
    LeaveClock,
    MissingView,
    OddView,
    OpenHours,
    OwnDayView,
    OwnPunchView,
    OwnWeekView,
    PrintDaySlip,
    ProvePin,
    PunchedView,
    RequestView,
    SaidView,
    SlipView,
    StretchView,
)
from appliance.messages.pay import (
    AddAdjustment,
    CancelLeave,
    DefineLeave,
    GrantLeave,
    OwnBreakSaid,
    OwnOvertimeSaid,
    RemoveAdjustment,
    SetHoliday,
    SetPayTerms,
    SetShiftBonus,
    SettleDifference,
    TakeLeave,
)
from appliance.messages.plan import (
    AllowEarly,
    AwaitManager,
    ChangeShift,
    CopyWeek,
    DropShift,
    KnownDeviceView,
    KnowOrigin,
    PlanPersonView,
    PlanShift,
    PlanView,
    RefusedView,
    ShiftView,
    ShowWeek,
    StrangerView,
    UnplannedView,
)
from appliance.messages.snapshots import (
    BadgesView,
    CatalogueView,
    CategoryView,
    DeviceView,
    DoneView,
    HolderView,
    LastSaleView,
    LineView,
    NoticeLevel,
    NoticeView,
    PersonView,
    ReceiptState,
    ResumeView,
    ScaleView,
    SearchView,
    SessionView,
    ShopView,
    StartingView,
    StatusView,
    TaxView,
    TenderView,
    TicketView,
    TileView,
    UnconfirmedView,
)
from appliance.messages.staff import CloseStaff, OpenStaff, PartName, StaffView
from appliance.messages.staff_hours import (
    HoursCorrectionView,
    HoursDayView,
    HoursLockView,
    HoursOddView,
    HoursPersonView,
    HoursPunchView,
    HoursRequestView,
    HoursSaidView,
    HoursStretchView,
    HoursWeekView,
    PutPunchRight,
    ShowHours,
    StaffHoursView,
)
from appliance.messages.staff_pay import (
    ApproveAllWages,
    EarningView,
    LabourHourView,
    LabourView,
    LeaveTakenView,
    LeaveView,
    LockedPartView,
    PaymentView,
    PrintWages,
    ReckonWages,
    SaveWages,
    ShowLabour,
    ShowPeriod,
    ShowWages,
    StaffPayView,
    WageLineView,
    WageQuestionView,
    WageRemarkView,
    WageRowView,
    WagesOfView,
)
from appliance.messages.staff_people import (
    AddEmployee,
    AddJob,
    AssignJob,
    ChangeEmployee,
    ChoosePerson,
    ChosenPersonView,
    DescribeEmployee,
    EndEmployment,
    LabelBadge,
    ResumeEmployment,
    SetPin,
    StaffBadgeView,
    StaffJobView,
    StaffPeopleView,
    StaffPersonView,
    StaffRateView,
    TakeOneBadge,
)
from appliance.messages.staff_rules import (
    CountryView,
    HolidayView,
    LeaveKindView,
    LookAtHolidays,
    OwnBreakView,
    ShiftBonusView,
    StaffRulesView,
)
from appliance.messages.timeclock import (
    AddEarning,
    ApproveCorrection,
    ApproveWages,
    AskPunch,
    AtWorkView,
    ContestCorrection,
    CorrectPunch,
    DefineJob,
    PayWages,
    PunchClock,
    RemoveEarning,
    SetPayRules,
    SetRate,
    TimeclockView,
    UndoPunch,
)
from appliance.messages.upkeep import (
    BackUp,
    BackUpNow,
    BackupPlanView,
    BackupsView,
    BundleView,
    CloseSupport,
    CloseUpkeep,
    CopyOut,
    CopyToStick,
    DoToMachine,
    DropBackupKey,
    EndedView,
    FetchSoftware,
    InstallSoftware,
    KeepBackupKey,
    LetStickGo,
    MachineSeen,
    MakeBackupKey,
    OpenSupport,
    OpenUpkeep,
    PlanBackups,
    PrintBackupKey,
    RestartMachine,
    RestartScreen,
    Rotation,
    ScreenFacts,
    SetBrightness,
    SetScreen,
    StickView,
    StopTask,
    StopUpkeep,
    SupportView,
    SwitchOff,
    TaskName,
    TaskView,
    UpdateView,
    UpkeepEnded,
    UpkeepStepped,
    UpkeepView,
    WatchMachine,
)
from appliance.messages.values import (
    AtMs,
    Command,
    DeviceState,
    Event,
    Fields,
    Job,
    Number,
    Snapshot,
)
from appliance.messages.workshop import (
    AnswerCheck,
    AnswerToCheck,
    CheckDevices,
    ChecksEnded,
    CheckState,
    CheckStepped,
    CheckStepView,
    CloseWorkshop,
    DeviceSetupView,
    DevicesFound,
    EndChecks,
    FindDevices,
    FindingView,
    FoundView,
    HealthChecked,
    KindView,
    ListenForPairing,
    LookForDevices,
    OpenWorkshop,
    Options,
    OptionValue,
    OptionView,
    PairingHeard,
    PairingView,
    PairScanner,
    PrintChecks,
    Reconfigure,
    RemoveDevice,
    RunChecks,
    SetDevice,
    StopChecks,
    TypeView,
    WorkshopView,
)

AnyCommand = (
    SignIn
    | SignOut
    | Scan
    | KeyQuantity
    | AddProduct
    | SelectLine
    | ChangeQuantity
    | RemoveLine
    | AbandonTicket
    | StartTender
    | CancelTender
    | TenderCash
    | ChooseReceipt
    | Reprint
    | NewSale
    | DismissResume
    | ShowCategory
    | Search
    | CountStock
    | OpenDay
    | CloseDay
    | SetLanguage
    | DismissNotice
    | SetClock
    | ZeroScale
    | TareScale
    | ClearTare
    | AddEarning
    | ApproveCorrection
    | ApproveWages
    | AskPunch
    | ContestCorrection
    | CorrectPunch
    | DefineJob
    | PayWages
    | PunchClock
    | RemoveEarning
    | SetPayRules
    | SetRate
    | UndoPunch
    | ProvePin
    | LeaveClock
    | OpenHours
    | CloseHours
    | PrintDaySlip
    | AddAdjustment
    | CancelLeave
    | DefineLeave
    | GrantLeave
    | RemoveAdjustment
    | SetHoliday
    | SetPayTerms
    | SetShiftBonus
    | LookAtHolidays
    | SettleDifference
    | TakeLeave
    | ShowWeek
    | PlanShift
    | ChangeShift
    | DropShift
    | CopyWeek
    | AllowEarly
    | AwaitManager
    | KnowOrigin
    | GiveBadge
    | TakeBadge
    | ChoosePerson
    | AddEmployee
    | ChangeEmployee
    | SetPin
    | DescribeEmployee
    | EndEmployment
    | ResumeEmployment
    | AssignJob
    | AddJob
    | LabelBadge
    | TakeOneBadge
    | PrintLabels
    | OpenLabels
    | CloseLabels
    | ListLabels
    | TickLabels
    | SaveLabels
    | StopLabels
    | OpenWorkshop
    | CloseWorkshop
    | FindDevices
    | PairScanner
    | SetDevice
    | RemoveDevice
    | CheckDevices
    | AnswerCheck
    | StopChecks
    | PrintChecks
    | OpenServer
    | CloseServer
    | FindServers
    | PairByCode
    | ForgetServer
    | OpenStaff
    | CloseStaff
    | ShowPeriod
    | ShowWages
    | ReckonWages
    | ShowLabour
    | SaveWages
    | PrintWages
    | ApproveAllWages
    | OpenUpkeep
    | CloseUpkeep
    | BackUpNow
    | StopUpkeep
    | MakeBackupKey
    | PrintBackupKey
    | KeepBackupKey
    | DropBackupKey
    | PlanBackups
    | CopyOut
    | LetStickGo
    | InstallSoftware
    | OpenSupport
    | CloseSupport
    | RestartMachine
    | SwitchOff
    | RestartScreen
    | SetScreen
    | SetBrightness
    | OpenFirstStart
    | CloseFirstStart
    | GoToStep
    | SkipStep
    | PassStep
    | ChooseFirstLanguage
    | ChooseWay
    | TakeCountry
    | StandIn
    | TakeShop
    | LookAtNetwork
    | JoinWifi
    | AddOwner
    | ChooseServer
    | LookForFiles
    | TakeGoods
    | RestoreShop
)
AnyJob = (
    PrintSlip
    | DropSlips
    | KickDrawer
    | Beep
    | AskScale
    | SettleScale
    | ShowCustomer
    | PrintLabelTexts
    | GiveUpLabels
    | LaySheets
    | WriteFile
    | LookForDevices
    | ListenForPairing
    | Reconfigure
    | RunChecks
    | AnswerToCheck
    | EndChecks
    | PairNow
    | LookForServers
    | UnpairNow
    | ShipEntries
    | EntriesTaken
    | WatchMachine
    | BackUp
    | StopTask
    | CopyToStick
    | FetchSoftware
    | DoToMachine
    | SeeNetwork
    | JoinNetwork
    | TellCard
    | TellLocality
    | SeeFiles
    | BringBack
    | StartServer
)
AnyEvent = (
    DeviceChanged
    | PrintFinished
    | PrintFailed
    | DrawerFailed
    | DrawerMoved
    | BadgeRead
    | Weighed
    | ScaleSeen
    | ScaleSettled
    | WeighFailed
    | LabelsPrinted
    | LabelsFailed
    | BadgeVoided
    | LabelsStepped
    | FileWritten
    | FileNotWritten
    | ScanVoided
    | DevicesFound
    | PairingHeard
    | CheckStepped
    | ChecksEnded
    | HealthChecked
    | EntriesCame
    | HistoriesPart
    | MirrorChanged
    | ServerPaired
    | ServerForgotten
    | PairingStepped
    | ServersFound
    | MachineSeen
    | UpkeepStepped
    | UpkeepEnded
    | NetworkSeen
    | NetworkJoined
    | ErrandFailed
    | FilesSeen
    | BroughtBack
    | ServerStarted
)
AnySnapshot = (
    StartingView
    | ShopView
    | SessionView
    | BadgesView
    | TicketView
    | TenderView
    | DoneView
    | LastSaleView
    | ResumeView
    | CatalogueView
    | SearchView
    | ScaleView
    | TimeclockView
    | StaffPeopleView
    | HoursView
    | PlanView
    | StatusView
    | NoticeView
    | WorkshopView
    | ServerView
    | LabelsView
    | StaffView
    | StaffPayView
    | StaffRulesView
    | UpkeepView
    | FirstStartView
)

__all__ = [
    "STEPS",
    "AbandonTicket",
    "AddAdjustment",
    "AddEarning",
    "AddEmployee",
    "AddJob",
    "AddOwner",
    "AddProduct",
    "AllowEarly",
    "AnswerCheck",
    "AnswerToCheck",
    "AnyCommand",
    "AnyEvent",
    "AnyJob",
    "AnySnapshot",
    "Applicant",
    "ApproveAllWages",
    "ApproveCorrection",
    "ApproveWages",
    "AskPunch",
    "AskScale",
    "AssignJob",
    "AtMs",
    "AtWorkView",
    "AwaitManager",
    "BackUp",
    "BackUpNow",
    "BackupPlanView",
    "BackupsView",
    "BadgeRead",
    "BadgeVoided",
    "BadgesView",
    "Beep",
    "BringBack",
    "BroughtBack",
    "BundleView",
    "CancelLeave",
    "CancelTender",
    "CatalogueView",
    "CategoryView",
    "ChangeEmployee",
    "ChangeQuantity",
    "ChangeShift",
    "CheckDevices",
    "CheckState",
    "CheckStepView",
    "CheckStepped",
    "ChecksEnded",
    "ChooseFirstLanguage",
    "ChoosePerson",
    "ChooseReceipt",
    "ChooseServer",
    "ChooseWay",
    "ChosenPersonView",
    "ClearTare",
    "CloseDay",
    "CloseFirstStart",
    "CloseHours",
    "CloseLabels",
    "CloseServer",
    "CloseStaff",
    "CloseSupport",
    "CloseUpkeep",
    "CloseWorkshop",
    "Command",
    "ContestCorrection",
    "CopyOut",
    "CopyToStick",
    "CopyWeek",
    "CorrectPunch",
    "CorrectionView",
    "CountStock",
    "CountryView",
    "DefineJob",
    "DefineLeave",
    "DescribeEmployee",
    "DeviceChanged",
    "DeviceSetupView",
    "DeviceState",
    "DeviceView",
    "DevicesFound",
    "DismissNotice",
    "DismissResume",
    "DoToMachine",
    "DoneView",
    "DrawerFailed",
    "DrawerMoved",
    "DropBackupKey",
    "DropShift",
    "DropSlips",
    "EarlyView",
    "EarningView",
    "EndChecks",
    "EndEmployment",
    "EndedView",
    "EntriesCame",
    "EntriesTaken",
    "EntryValues",
    "ErrandFailed",
    "Event",
    "FetchSoftware",
    "Fields",
    "FileNotWritten",
    "FileWritten",
    "FilesSeen",
    "FindDevices",
    "FindServers",
    "FindingView",
    "FirstStartView",
    "ForgetServer",
    "FoundServerView",
    "FoundView",
    "GiveBadge",
    "GiveUpLabels",
    "GoToStep",
    "GrantLeave",
    "HealthChecked",
    "HistoriesPart",
    "HolderView",
    "HolidayView",
    "HoursCorrectionView",
    "HoursDayView",
    "HoursLockView",
    "HoursOddView",
    "HoursPersonView",
    "HoursPunchView",
    "HoursRequestView",
    "HoursSaidView",
    "HoursStretchView",
    "HoursView",
    "HoursWeekView",
    "InstallSoftware",
    "Job",
    "JobView",
    "JoinNetwork",
    "JoinWifi",
    "KeepBackupKey",
    "KeyQuantity",
    "KickDrawer",
    "KindView",
    "KnowOrigin",
    "KnownDeviceView",
    "LabelBadge",
    "LabelRowView",
    "LabelRunView",
    "LabelText",
    "LabelsFailed",
    "LabelsPrinted",
    "LabelsStepped",
    "LabelsView",
    "LabourHourView",
    "LabourView",
    "LastSaleView",
    "LaySheets",
    "LeaveClock",
    "LeaveKindView",
    "LeaveTakenView",
    "LeaveView",
    "LetStickGo",
    "LineView",
    "ListLabels",
    "Listed",
    "ListenForPairing",
    "LockedPartView",
    "LookAtHolidays",
    "LookAtNetwork",
    "LookForDevices",
    "LookForFiles",
    "LookForServers",
    "MachineSeen",
    "MakeBackupKey",
    "MirrorChanged",
    "MirrorState",
    "MissingView",
    "NetworkJoined",
    "NetworkSeen",
    "NetworkView",
    "NewSale",
    "NoticeLevel",
    "NoticeView",
    "Number",
    "OddView",
    "OpenDay",
    "OpenFirstStart",
    "OpenHours",
    "OpenLabels",
    "OpenServer",
    "OpenStaff",
    "OpenSupport",
    "OpenUpkeep",
    "OpenWorkshop",
    "OptionValue",
    "OptionView",
    "Options",
    "OwnBadgeView",
    "OwnBreakSaid",
    "OwnBreakView",
    "OwnDataView",
    "OwnDayView",
    "OwnLeaveView",
    "OwnOvertimeSaid",
    "OwnPunchView",
    "OwnRateView",
    "OwnShiftView",
    "OwnWeekView",
    "PairByCode",
    "PairNow",
    "PairScanner",
    "PairingHeard",
    "PairingStepped",
    "PairingView",
    "PartName",
    "PassStep",
    "PayWages",
    "PaymentView",
    "PersonView",
    "PlanBackups",
    "PlanPersonView",
    "PlanShift",
    "PlanView",
    "PrintBackupKey",
    "PrintChecks",
    "PrintDaySlip",
    "PrintFailed",
    "PrintFinished",
    "PrintLabelTexts",
    "PrintLabels",
    "PrintSlip",
    "PrintWages",
    "ProvePin",
    "PunchClock",
    "PunchedView",
    "PutPunchRight",
    "ReceiptState",
    "ReckonWages",
    "Reconfigure",
    "RefusedView",
    "RemoveAdjustment",
    "RemoveDevice",
    "RemoveEarning",
    "RemoveLine",
    "Reprint",
    "RequestView",
    "RestartMachine",
    "RestartScreen",
    "RestoreShop",
    "ResumeEmployment",
    "ResumeView",
    "Rotation",
    "RunChecks",
    "SaidView",
    "SaveLabels",
    "SaveWages",
    "ScaleSeen",
    "ScaleSettled",
    "ScaleView",
    "Scan",
    "ScanVoided",
    "ScreenFacts",
    "Search",
    "SearchView",
    "SeeFiles",
    "SeeNetwork",
    "SelectLine",
    "ServerForgotten",
    "ServerPaired",
    "ServerStarted",
    "ServerView",
    "ServersFound",
    "SessionView",
    "SetBrightness",
    "SetClock",
    "SetDevice",
    "SetHoliday",
    "SetLanguage",
    "SetPayRules",
    "SetPayTerms",
    "SetPin",
    "SetRate",
    "SetScreen",
    "SetShiftBonus",
    "SettleDifference",
    "SettleScale",
    "Sheet",
    "ShiftBonusView",
    "ShiftView",
    "ShipEntries",
    "ShopView",
    "ShowCategory",
    "ShowCustomer",
    "ShowHours",
    "ShowLabour",
    "ShowPeriod",
    "ShowWages",
    "ShowWeek",
    "ShownLine",
    "SignIn",
    "SignOut",
    "SkipStep",
    "SlipView",
    "Snapshot",
    "StaffBadgeView",
    "StaffHoursView",
    "StaffJobView",
    "StaffPayView",
    "StaffPeopleView",
    "StaffPersonView",
    "StaffRateView",
    "StaffRulesView",
    "StaffView",
    "StandIn",
    "StartServer",
    "StartTender",
    "StartingView",
    "StatusView",
    "StepName",
    "StickFileView",
    "StickView",
    "StopChecks",
    "StopLabels",
    "StopTask",
    "StopUpkeep",
    "StrangerView",
    "StretchView",
    "SupportView",
    "SwitchOff",
    "TakeBadge",
    "TakeCountry",
    "TakeGoods",
    "TakeLeave",
    "TakeOneBadge",
    "TakeShop",
    "TareScale",
    "TaskName",
    "TaskView",
    "TaxTerm",
    "TaxView",
    "TellCard",
    "TellLocality",
    "TenderCash",
    "TenderView",
    "TickLabels",
    "TicketView",
    "TileView",
    "TimeclockView",
    "TypeView",
    "UnconfirmedView",
    "UndoPunch",
    "UnpairNow",
    "UnplannedView",
    "UpdateView",
    "UpkeepEnded",
    "UpkeepStepped",
    "UpkeepView",
    "WageLineView",
    "WageQuestionView",
    "WageRemarkView",
    "WageRowView",
    "WagesOfView",
    "WatchMachine",
    "Way",
    "WeighFailed",
    "Weighed",
    "WifiView",
    "WorkshopView",
    "WriteFile",
    "ZeroScale",
]
