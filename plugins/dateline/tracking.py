"""Parameters of addresses that tell where a reader comes from, never what is shown.

Only names that mean nothing else: the public lists also hold "sub1", "data2", "paid" and the like,
by which some site tells its articles apart.
"""

from __future__ import annotations

import re
from typing import Final

_PREFIXES: Final = (
    *("utm_", "utm-", "mtm_", "matomo_", "hsa_", "__hs", "_hs", "stm_", "vero_", "wt_", "ns_"),
    *("itm_", "otm_", "hmb_", "oft_", "relatedposts_"),
)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NAMES: Final = _words(
    # Click identifiers of advertising and social networks
    "fbclid gclid gclsrc dclid gbraid wbraid gad_source gad_campaignid msclkid yclid ysclid twclid"
    " ttclid igshid igsh li_fat_id epik rdt_cid scclid srsltid wickedid irclickid cjevent"
    " obclid dicbo tblci tbclid outbrainclickid zanpid sznclid _openstat spm_id_from fb_action_ids"
    " ef_id s_kwcid mkwid pcrid gdffi gdfms gdftrk mkcid mkevt mkrid ndclid vmcid gpromocode gqt"
    " redirect_log_mongo_id redirect_mongo_id sb_referer_host clickid rb_clickid syclid ymclid"
    " sccid tw_adid tw_source tw_campaign tw_content tw_medium tw_term li_medium li_source mibextid"
    " sfnsn fb_action_types fb_ref fb_source fb_comment_id action_object_map action_ref_map"
    " action_type_map __twitter_impression __tn__ ref_src ref_url tt_medium tt_content sh_kit"
    # Newsletters and marketing suites
    " mc_cid mc_eid mc_tc mkt_tok oly_anon_id oly_enc_id _ke _kx trk_contact trk_msg trk_module"
    " trk_sid sc_cid sc_channel sc_campaign sc_eh sc_uid s_cid elqtrack elqtrackid elqaid elqat"
    " elqcampaignid bsft_eid bsft_uid bsft_clkid bsft_aaid ck_subscriber_id sfmc_id sfmc_sub"
    " ml_subscriber ml_subscriber_hash nr_email_referer cmp cmpid cmp_id emc hsctatracking _bhlid"
    " _bta_c _bta_tid dm_i et_rid bbeml at_recipient_id at_recipient_list sc_customer"
    " sfmc_activityid ss_email_id spjobid spmailingid spreportid spuserid sms_click sms_source"
    " sms_uph unicorn_click_id vgo_ee"
    # Web analytics
    " _ga _gl _gac gclaw ga_source ga_medium ga_campaign ga_content ga_term ga_place pk_campaign"
    " pk_kwd pk_keyword pk_source pk_medium pk_content pk_cid piwik_campaign piwik_kwd"
    " piwik_keyword matomo_campaign at_medium at_campaign at_campaign_type at_custom1 at_custom2"
    " at_custom3 at_custom4 at_link_id at_link_origin at_link_type at_format at_ptr_name"
    " at_bbc_team at_term xtor xtref xts xtatc xtcr wt.mc_id wt.mc_ev wt.tsrc wt.z_author"
    " dcmp _branch_match_id _branch_referrer adobe_mc guccounter guce_referrer guce_referrer_sig"
    # What news sites add to the links of their own feeds and share buttons
    " intcmp int_campaign int_cmpid int_content int_medium int_source extcmp srnd ftag sr_share"
    " cx_artpos cx_click cx_recsorder cx_recswidget cx_testid cx_testvariant adxnnl adxnnlx"
    " ocid icid smid smtyp smprod sref taid ito echobox soc_src soc_trk"
    " __source __twitter __inst wpisrc wpmm socialnetwork traffic_source maca"
)

_LABELS: Final = _words(
    "ref referrer referer source src from origin via partner ch cid ana feed channel medium"
)
"""Parameters that select content on one site and track on another: dropped if they say "rss"."""

_SAYS_RSS: Final = re.compile(r"(?:^|[^a-z])rss(?:[^a-z]|$)|^(?:rssfeed|feedburner)", re.IGNORECASE)


def tracks(pair: str) -> bool:
    """Whether a "name=value" of a query only tracks."""
    name, _, value = pair.partition("=")
    name = name.lower()
    return (
        name in _NAMES
        or name.startswith(_PREFIXES)
        or (name in _LABELS and _SAYS_RSS.search(value) is not None)
    )
